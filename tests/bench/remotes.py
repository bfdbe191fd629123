#!/usr/bin/env python3
"""Pushes and pulls over the wire, beside the real DVC and plain copiers: versitygw for S3, sshd for SFTP, all on the loopback and
in memory (tmpfs).

usage: remotes.py --tool CAIRN --gateway VERSITYGW [--dvc DVC] [--only small,delay,large,idle,sftp,faults] [--files 5000]
                  [--large MIB] [--objects 100000] [--delay MS] [--folder /dev/shm]
Prints a table of Markdown, one run each: seconds by the clock; of cairn also seconds of CPU, peak memory, and requests. What stands
beside (rclone, s5cmd, rsync) is left out where it is not installed; DVC likewise."""
import argparse, asyncio, json, os, shutil, socket, subprocess, sys, tempfile, threading, time, urllib.request

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--tool", required=True)
ap.add_argument("--gateway", required=True)
ap.add_argument("--dvc")
ap.add_argument("--only", default="small,delay,large,idle,sftp,faults")
ap.add_argument("--files", type=int, default=5000)
ap.add_argument("--size", type=int, default=8192)
ap.add_argument("--large", type=int, default=4096)
ap.add_argument("--objects", type=int, default=100000)
ap.add_argument("--delay", type=float, default=20)
ap.add_argument("--folder", default="/dev/shm")
args = ap.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
work = tempfile.mkdtemp(prefix="cairn-bench-", dir=args.folder)
env = {"PATH": os.environ["PATH"] + ":/usr/sbin", "HOME": work + "/home", "DVC_NO_ANALYTICS": "1", "GIT_CONFIG_NOSYSTEM": "1",
       "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_EC2_METADATA_DISABLED": "true"}
servers = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def delaying_proxy(upstream, seconds):
    """Each way takes half of the time; what is under way at once is not limited."""
    port = free_port()

    async def pump(reader, writer):
        loop, queue = asyncio.get_running_loop(), asyncio.Queue()

        async def send():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0, due - loop.time()))
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        sender = asyncio.ensure_future(send())
        try:
            while True:
                data = await reader.read(65536)
                await queue.put((loop.time() + seconds / 2, data))
                if not data:
                    break
        except ConnectionError:
            await queue.put((0, b""))
        await sender

    async def handle(reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", upstream)
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer), return_exceptions=True)

    def main():
        async def serve():
            server = await asyncio.start_server(handle, "127.0.0.1", port)
            await server.serve_forever()
        asyncio.run(serve())

    threading.Thread(target=main, daemon=True).start()
    time.sleep(0.3)
    return port


def serve(argv, ready, **more):
    child = subprocess.Popen(argv, env={**env, **more}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    servers.append(child)
    for _ in range(300):
        try:
            ready()
            return
        except (OSError, subprocess.CalledProcessError):
            time.sleep(0.1)
    raise SystemExit(f"{argv[0]} does not start")


def faulty_proxy(upstream, rate):
    """Of all requests a share is answered with 503, reset, or cut."""
    port = free_port()
    serve([sys.executable, here + "/../torture/flaky_s3.py", "--proxy", "--upstream", f"127.0.0.1:{upstream}", "--listen", str(port),
           "--plan", "503,reset,cut", "--rate", str(rate)], lambda: socket.create_connection(("127.0.0.1", port)).close())
    return port


class Run:
    """What one command took."""
    def __init__(self, argv, cwd=work, fails_ok=False):
        start = time.monotonic()
        child = subprocess.Popen(argv, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        text = child.stderr.read().decode()
        _, child.returncode, usage = os.wait4(child.pid, 0)
        if child.returncode and not fails_ok:
            raise SystemExit(f"{' '.join(argv)}: {text[-500:]}")
        self.seconds, self.cpu, self.mib = time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        results = [line for line in text.splitlines() if line.startswith('{"event": "result"')]
        self.requests = json.loads(results[-1])["requests"] if results else None


def forget(repo, names=()):
    for path in [".dvc/cache", *names]:
        subprocess.run(["chmod", "-R", "u+w", path], cwd=repo, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", path], cwd=repo)


def project(name, url, options, files=0, size=0, large=0):
    """A repository with a folder `data` and a file `large` (hard links to the cache), and a remote."""
    repo = f"{work}/{name}"
    os.makedirs(repo + "/data")
    for i in range(files):
        with open(f"{repo}/data/{i}", "wb") as f:
            f.write(os.urandom(size))
    with open(repo + "/large", "wb") as f:
        for _ in range(large):
            f.write(os.urandom(1 << 20))
    Run(["git", "init", "-q"], repo)
    for words in (["init", "-q"], ["config", "cache.type", "hardlink"], ["add", "-q", "data", "large"],
                  ["remote", "add", "-q", "-d", "r", url], *(["remote", "modify", "-q", "r", k, v] for k, v in options.items())):
        Run([args.tool, *words], repo)
    return repo


def fresh(repo):
    """The same project as if it had been cloned: what DVC and cairn remember of remotes is gone."""
    shutil.rmtree(repo + "/.dvc/tmp", ignore_errors=True)
    shutil.rmtree(work + "/home/.cache", ignore_errors=True)


rows = []


def row(name, mine, dvc=None, beside=None, beside_name="-", must="", objects=0, note=""):
    rows.append("| " + " | ".join([
        name, f"{mine.seconds:.2f}", f"{mine.cpu:.2f}" + (f" ({mine.cpu * 1000 / objects:.2f} ms each)" if objects else ""),
        f"{mine.mib:.0f}", "-" if mine.requests is None else str(mine.requests),
        f"{dvc.seconds:.2f}" if dvc else "-", f"{dvc.seconds / mine.seconds:.1f}" if dvc else "-",
        beside_name, f"{beside.seconds:.2f}" if beside else "-", f"{mine.seconds / beside.seconds:.2f}" if beside else "-",
        must + note]) + " |")
    print(rows[-1], flush=True)


def tools():
    return {"cairn": args.tool, **({"DVC": args.dvc} if args.dvc else {})}


def exchange(tag, url, options, up=("push",), down=("fetch",), **what):
    """{(tool, "up" or "down"): Run} of all tools, each with its own place."""
    result = {}
    for name, tool in tools().items():
        words = ["--json-progress"] if name == "cairn" else []
        repo = project(f"{tag}-{name}", f"{url}/{tag}-{name}", options, **what)
        result[name, "up"] = Run([tool, *up, "-q", *words], repo)
        forget(repo, ["data", "large"])
        fresh(repo)
        result[name, "down"] = Run([tool, *down, "-q", *words], repo)
        shutil.rmtree(repo, ignore_errors=True)
    return result


def rclone(port, tag, files, size):
    """The same number of files of the same size, up and down, with its defaults."""
    if not shutil.which("rclone"):
        return {}
    folder = f"{work}/rclone-{tag}"
    os.makedirs(folder)
    for i in range(files):
        with open(f"{folder}/{i}", "wb") as f:
            f.write(os.urandom(size))
    remote = f":s3,provider=Other,endpoint='http://127.0.0.1:{port}',access_key_id=testkey,secret_access_key=testsecret:bucket/rclone-{tag}"
    result = {"up": Run(["rclone", "copy", folder, remote])}
    shutil.rmtree(folder)
    result["down"] = Run(["rclone", "copy", remote, folder])
    shutil.rmtree(folder)
    return result


def s3(port):
    return {"url": "s3://bucket", "options": {"endpointurl": f"http://127.0.0.1:{port}"}}


def small(port):
    r, copier = exchange("small", **s3(port), files=args.files, size=args.size), rclone(port, "small", args.files, args.size)
    for way in ("up", "down"):
        row(f"{args.files} x {args.size} B over S3, {way}", r["cairn", way], r.get(("DVC", way)), copier.get(way), "rclone",
            "≥ 5 × DVC, ≤ 0.25 ms CPU", args.files)


def delay(port):
    port = delaying_proxy(port, args.delay / 1000)
    r, copier = exchange("delay", **s3(port), files=args.files, size=args.size), rclone(port, "delay", args.files, args.size)
    for way in ("up", "down"):
        row(f"the same, {args.delay:g} ms away, {way}", r["cairn", way], r.get(("DVC", way)), copier.get(way), "rclone",
            "≥ 5 × DVC, ≤ 0.5 of rclone")


def large(port):
    r = {}
    for name, tool in tools().items():
        words = ["--json-progress"] if name == "cairn" else []
        repo = project("large-" + name, "s3://bucket/large-" + name, s3(port)["options"], large=args.large)
        r[name, "up"] = Run([tool, "push", "-q", *words], repo)
        forget(repo, ["data", "large"])
        fresh(repo)
        r[name, "down"] = Run([tool, "fetch", "-q", *words], repo)
        shutil.rmtree(repo)
        shutil.rmtree(f"{work}/s3/bucket/large-{name}", ignore_errors=True)
    for way in ("up", "down"):
        row(f"one of {args.large} MiB over S3, {way}", r["cairn", way], r.get(("DVC", way)), must="≥ 2 × DVC, ≤ 64 MiB")


def idle(port):
    """All is there, put in place beside the server."""
    repo = project("idle", "s3://bucket/idle", s3(port)["options"], files=args.objects, size=16)
    os.makedirs(f"{work}/s3/bucket/idle")
    shutil.copytree(repo + "/.dvc/cache/files", f"{work}/s3/bucket/idle/files")
    for command in ("push", "pull"):
        r = {}
        for name, tool in tools().items():
            Run([tool, command, "-q"], repo)  # whoever remembers anything has it from this one
            r[name] = Run([tool, command, "-q", *(["--json-progress"] if name == "cairn" else [])], repo)
        row(f"{command}, nothing to do, {args.objects} objects", r["cairn"], r.get("DVC"), must="≥ 10 × DVC")
    shutil.rmtree(repo)
    shutil.rmtree(f"{work}/s3/bucket/idle")


def sftp(_):
    port, folder = free_port(), work + "/sshd"
    os.makedirs(folder)
    os.makedirs("/run/sshd", exist_ok=True)
    for name in ("host", "user"):
        Run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"])
    shutil.copy(folder + "/user.pub", folder + "/authorized")
    with open(folder + "/config", "w") as f:
        f.write(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\nStrictModes no\n"
                f"UsePAM no\nPidFile none\nSubsystem sftp internal-sftp\n")
    with open(folder + "/ssh_config", "w") as f:
        f.write(f"Host *\nPort {port}\nIdentityFile {folder}/user\nIdentityAgent none\nStrictHostKeyChecking no\n"
                f"UserKnownHostsFile {folder}/known\nLogLevel ERROR\n")
    os.makedirs(folder + "/bin")
    with open(folder + "/bin/ssh", "w") as f:
        f.write(f'#!/bin/sh\nexec /usr/bin/ssh -F {folder}/ssh_config "$@"\n')
    os.chmod(folder + "/bin/ssh", 0o755)
    env["PATH"] = folder + "/bin:" + env["PATH"]
    serve([shutil.which("sshd", path=env["PATH"]), "-D", "-f", folder + "/config"],
          lambda: subprocess.run(["ssh", "127.0.0.1", "true"], env=env, check=True, stderr=subprocess.DEVNULL))
    r = exchange("sftp", f"ssh://127.0.0.1:{port}{work}/sftp", {"keyfile": folder + "/user"}, files=args.files, size=args.size)
    source = f"{work}/rsync"
    os.makedirs(source)
    for i in range(args.files):
        with open(f"{source}/{i}", "wb") as f:
            f.write(os.urandom(args.size))
    copier = {}
    if shutil.which("rsync"):
        copier["up"] = Run(["rsync", "-a", source + "/", f"127.0.0.1:{work}/rsync-there/"])
        shutil.rmtree(source)
        copier["down"] = Run(["rsync", "-a", f"127.0.0.1:{work}/rsync-there/", source + "/"])
    for way in ("up", "down"):
        row(f"{args.files} x {args.size} B over SFTP, {way}", r["cairn", way], r.get(("DVC", way)), copier.get(way), "rsync -a",
            "≥ 4 × DVC, ≤ 2 of rsync")


def faults(port):
    global args
    dvc, args.dvc = args.dvc, None
    calm = exchange("calm", **s3(faulty_proxy(port, 0)), files=args.files, size=args.size)
    wild = exchange("wild", **s3(faulty_proxy(port, 0.1)), files=args.files, size=args.size)
    args.dvc = dvc
    for way in ("up", "down"):
        row(f"{args.files} x {args.size} B, a tenth of the requests fails, {way}", wild["cairn", way], None, calm["cairn", way],
            "none fails", "≤ 1.5 of beside")


try:
    os.makedirs(work + "/home")
    for folder in ("s3/bucket", "ver", "iam"):
        os.makedirs(f"{work}/{folder}")
    port = free_port()
    serve([args.gateway, "-p", f"127.0.0.1:{port}", "--keep-alive", "--health", "/health", "--iam-dir", work + "/iam", "posix",
           "--versioning-dir", work + "/ver", work + "/s3"], lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/health"),
          ROOT_ACCESS_KEY="testkey", ROOT_SECRET_KEY="testsecret")
    print("| work | cairn s | CPU s | MiB | requests | DVC s | DVC / cairn | beside | s | cairn / beside | must |\n|" + "---|" * 11, flush=True)
    for part in args.only.split(","):
        {"small": small, "delay": delay, "large": large, "idle": idle, "sftp": sftp, "faults": faults}[part](port)
finally:
    for child in servers:
        child.terminate()
        child.wait()
    shutil.rmtree(work, ignore_errors=True)
