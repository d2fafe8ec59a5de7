"""A hub whose servers are local processes, with the settings of deploy/jupyterhub/values.yaml.

On Kubernetes a pod keeps a learner apart from the others; here a sandbox of bubblewrap does.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import yaml
from jupyterhub.spawner import SimpleLocalProcessSpawner

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy/jupyterhub"
HUB = Path(sys.prefix)
WORK = Path.cwd()
VALUES = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
SINGLEUSER = VALUES["singleuser"]
# What a server sees of this machine: system, Python, and the environment with the course in it.
SYSTEM = ["/usr", "/bin", "/lib", "/lib64", sys.base_prefix, HUB, ROOT / "softmax_course"]
SYSTEM += [f"/etc/{name}" for name in ("alternatives", "fonts", "hosts", "ld.so.cache", "ssl")]
# What the image of deploy/Dockerfile has where.
IMAGE = {
    WORK / "passwd": "/etc/passwd",
    WORK / "course": "/srv/softmax-course",
    DEPLOY / "jupyter_server_config.json": "/etc/jupyter/jupyter_server_config.json",
}


def sandbox(home: Path) -> list[str]:
    """Return the command that starts another where there is no home but this one."""
    return [
        *("bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc"),
        *("--uid", "1000", "--gid", "100", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
        *(word for path in SYSTEM for word in ("--ro-bind-try", str(path), str(path))),
        *(word for path, seen in IMAGE.items() for word in ("--ro-bind", str(path), seen)),
        *("--bind", str(home), "/home/jovyan", "--chdir", "/home/jovyan"),
    ]


class SandboxSpawner(SimpleLocalProcessSpawner):
    """Start each learner's server in a sandbox, where it has the place that it has in a pod."""

    async def start(self):
        """Start the server, after what the pod's hook does."""
        home = WORK / "homes" / self.user.name
        home.mkdir(parents=True, exist_ok=True)
        hook = SINGLEUSER["lifecycleHooks"]["postStart"]["exec"]["command"]
        subprocess.run([*sandbox(home), *hook], check=True)
        self.cmd = [*sandbox(home), SINGLEUSER["cmd"]]
        return await super().start()

    def user_env(self, env):
        """Name the learner's home as the sandbox shows it."""
        return super().user_env(env) | {"HOME": "/home/jovyan"}


def free_address() -> str:
    """Find a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = os.environ["HUB_ADDRESS"]
c.JupyterHub.hub_bind_url = free_address()
c.ConfigurableHTTPProxy.api_url = free_address()
c.ConfigurableHTTPProxy.command = str(HUB / "node_modules/.bin/configurable-http-proxy")
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.Authenticator.allowed_users = set(os.environ["HUB_USERS"].split())
c.JupyterHub.spawner_class = SandboxSpawner
c.Spawner.default_url = SINGLEUSER["defaultUrl"]
c.Spawner.environment = SINGLEUSER["extraEnv"]
# The chart's culler may do this much and no more; the test starts one itself.
CULLER = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
ROLES = VALUES["hub"]["loadRoles"]
ROLES["teacher"]["users"] = [os.environ["HUB_TEACHER"]]
c.JupyterHub.services = [{"name": "culler", "api_token": os.environ["HUB_TOKEN"]}]
c.JupyterHub.load_roles = [
    *({"name": name, **role} for name, role in ROLES.items()),
    {"name": "culler", "scopes": CULLER, "services": ["culler"]},
]
