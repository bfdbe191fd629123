#!/usr/bin/env python3
"""Pushes and pulls over S3 against versitygw on the loopback, beside the real DVC.

usage: remotes.py --tool CAIRN --gateway VERSITYGW [--dvc DVC] [--files 5000] [--large MIB] [--delay MS] [--folder /dev/shm]
Everything is in memory (tmpfs); --delay puts that round-trip time before the server. Prints a table of Markdown: seconds
by the clock, seconds of CPU and peak memory of the client, for one run each."""
import argparse, asyncio, os, shutil, socket, subprocess, tempfile, threading, time, urllib.request

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--tool", required=True)
ap.add_argument("--gateway", required=True)
ap.add_argument("--dvc")
ap.add_argument("--files", type=int, default=5000)
ap.add_argument("--size", type=int, default=8192)
ap.add_argument("--large", type=int, default=512)
ap.add_argument("--delay", type=float, default=0)
ap.add_argument("--folder", default="/dev/shm")
args = ap.parse_args()


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


work = tempfile.mkdtemp(prefix="cairn-bench-", dir=args.folder)
env = {"PATH": os.environ["PATH"], "HOME": work + "/home", "DVC_NO_ANALYTICS": "1", "GIT_CONFIG_NOSYSTEM": "1",
       "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_EC2_METADATA_DISABLED": "true"}


def run(argv, cwd):
    start = time.monotonic()
    child = subprocess.Popen(argv, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    text = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        raise SystemExit(f"{' '.join(argv)}: {text[-500:]}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def forget(repo, names):
    for path in [".dvc/cache", *names]:
        subprocess.run(["chmod", "-R", "u+w", path], cwd=repo, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", path], cwd=repo)


def measure(tool, port):
    name = "cairn" if tool == args.tool else "dvc"
    repo = f"{work}/{name}"
    os.makedirs(repo + "/data")
    for i in range(args.files):
        with open(f"{repo}/data/{i}", "wb") as f:
            f.write(os.urandom(args.size))
    with open(repo + "/large", "wb") as f:
        for _ in range(args.large):
            f.write(os.urandom(1 << 20))
    for argv in (["git", "init", "-q"], [args.tool, "init", "-q"], [args.tool, "add", "-q", "data", "large"],
                 [args.tool, "remote", "add", "-q", "-d", "r", "s3://bucket/" + name],
                 [args.tool, "remote", "modify", "r", "endpointurl", f"http://127.0.0.1:{port}"]):
        run(argv, repo)
    result = {}
    result["small up"] = run([tool, "push", "-q", "data"], repo)
    result["nothing to push"] = run([tool, "push", "-q", "data"], repo)
    result["large up"] = run([tool, "push", "-q", "large"], repo)
    forget(repo, ["data", "large"])
    result["small down"] = run([tool, "fetch", "-q", "data"], repo)
    result["large down"] = run([tool, "fetch", "-q", "large"], repo)
    shutil.rmtree(repo, ignore_errors=True)
    return result


server = None
try:
    os.makedirs(work + "/home")
    for folder in ("data/bucket", "ver", "iam"):
        os.makedirs(f"{work}/{folder}")
    port = free_port()
    server = subprocess.Popen([args.gateway, "-p", f"127.0.0.1:{port}", "--keep-alive", "--health", "/health", "--iam-dir",
                               work + "/iam", "posix", "--versioning-dir", work + "/ver", work + "/data"],
                              env={**env, "ROOT_ACCESS_KEY": "testkey", "ROOT_SECRET_KEY": "testsecret"},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
            break
        except OSError:
            time.sleep(0.1)
    if args.delay:
        port = delaying_proxy(port, args.delay / 1000)
    tools = [args.tool] + ([args.dvc] if args.dvc else [])
    results = [measure(tool, port) for tool in tools]
    print(f"| {args.files} x {args.size} B, {args.large} MiB, {args.delay:g} ms | cairn s | CPU s | MiB |" +
          (" DVC s | CPU s | MiB | times |" if args.dvc else ""))
    print("|" + "---|" * (8 if args.dvc else 4))
    for row in results[0]:
        print(f"| {row} |" + "".join(" %.2f | %.2f | %.0f |" % r[row] for r in results) +
              (" %.1f |" % (results[1][row][0] / results[0][row][0]) if args.dvc else ""))
finally:
    if server:
        server.terminate()
        server.wait()
    shutil.rmtree(work, ignore_errors=True)
