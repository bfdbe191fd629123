"""The Python package, in the repository that tests/api/run has made: data only in its remote, revisions v1 and HEAD."""

import os
import shutil
import threading

import pytest

import cairn


@pytest.fixture
def repo(request, monkeypatch):
    path = request.config.getoption("--repo")
    shutil.rmtree(os.path.join(path, ".dvc", "cache"), ignore_errors=True)
    monkeypatch.chdir(path)
    return path


def test_open_and_read(repo):
    with cairn.open("file.txt") as file:
        assert file.read() == "newer\n"
    assert cairn.read("file.txt", rev="v1", mode="rb") == b"alone\n"
    assert cairn.read("data/deep/a", repo=repo, rev="v1") == "one\n"
    assert cairn.read("file.txt", repo=f"file://{repo}", rev="v1") == "alone\n"


def test_paths_of_the_working_folder(repo, monkeypatch):
    os.makedirs("sub", exist_ok=True)
    monkeypatch.chdir("sub")
    assert cairn.read("../params.yaml", rev="v1").startswith("lr: 0.1")


def test_numbers(repo):
    assert cairn.params_show(rev="v1")["lr"] == 0.1
    assert cairn.params_show()["lr"] == 0.2
    assert cairn.params_show()["train"] == {"depth": 3}
    assert cairn.metrics_show() == {"acc": 0.5}


def test_get_url(repo):
    url = cairn.get_url("file.txt", rev="v1")
    with open(url) as file:
        assert file.read() == "alone\n"


def test_walk_and_lookup(repo):
    with cairn.Repository(rev="v1") as r:
        assert len(r.commit) == 40
        assert {e.path for e in r.walk("data", recursive=True)} == {"deep/a", "b"}
        assert "data" in {e.path for e in r.walk()}
        entry = r.lookup("data")
        assert entry.is_dir and entry.is_out and entry.nfiles == 2 and entry.digest.endswith(".dir")
        assert r.lookup("file.txt").size == 6
        assert not r.lookup("dvc.yaml").is_out


def test_status(repo):
    with cairn.Repository() as r:
        assert ("file.txt.dvc", "file.txt", None, "deleted") in [
            (stage, path, key, "deleted" if change in ("deleted", "not in cache") else change) for stage, path, key, change in r.status()
        ]
    with cairn.Repository(rev="v1") as r, pytest.raises(cairn.CairnError):
        r.status()


def test_artifacts(repo):
    found = cairn.artifacts_show("model")
    assert found["path"] == "file.txt"
    assert cairn.read(found["path"], rev=found["rev"]) == "alone\n"
    assert cairn.artifacts_show("model", version="0.0.1") == found or cairn.artifacts_show("model", version="v1.0.0") == found


def test_datasets(repo):
    assert cairn.get_dataset("raw")["sha"].startswith("84dd4f0a")
    assert cairn.get_dataset("pictures")["files"][1] == "s3://bucket/d/sub/b?versionId=vb"
    with pytest.raises(cairn.CairnError, match="knows nothing of dataset 'fresh'"):
        cairn.get_dataset("fresh")
    with pytest.raises(cairn.CairnError, match="there is no dataset 'rawr'"):
        cairn.get_dataset("rawr")


def test_revisions(repo):
    assert cairn.all_branches(repo) == ["main"]
    assert "v1" in cairn.all_tags(repo)
    assert len(cairn.all_commits(repo)) == 2


def test_errors(repo):
    with pytest.raises(FileNotFoundError):
        cairn.read("nothere")
    with pytest.raises(cairn.PathMissingError):
        cairn.read("file.txt", rev="nosuch")
    with pytest.raises(cairn.CairnError):
        cairn.read("data")
    with pytest.raises(cairn.CairnError):
        cairn.read("file.txt", repo="/nothere/at/all")
    with pytest.raises(ValueError):
        with cairn.open("file.txt", mode="w"):
            pass


def test_threads_share_a_handle(repo):
    with cairn.Repository(rev="v1") as r:
        found = []

        def work():
            for _ in range(20):
                found.append(r.read("data/b"))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == ["two\n"] * 160


def test_file_system(repo):
    fs = cairn.CairnFileSystem(url=repo, rev="v1")
    assert sorted(fs.find("/data")) == ["/data/b", "/data/deep/a"]
    assert fs.cat_file("/data/b") == b"two\n"
    assert fs.isdir("/data") and fs.isfile("/file.txt") and not fs.exists("/nothere")
    assert fs.info("/file.txt")["size"] == 6
    with fs.open("/file.txt") as file:
        assert file.read() == b"alone\n"


def test_file_system_by_protocol(repo):
    import fsspec

    with fsspec.open("cairn:///file.txt", "r", url=repo, rev="v1") as file:
        assert file.read() == "alone\n"
