"""An sshd of its own on a port of the loopback, with keys of its own."""

import getpass
import os
import pathlib
import shutil

from . import processes
from .processes import FleetError, run, wait_until


class SecureShell:
    def __init__(self, folder):
        self.folder = folder
        self.daemon = None

    def start(self):
        self.folder.mkdir()
        for key in "host", "user":
            made = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key])
            if made.returncode:
                raise FleetError(f"ssh-keygen made no key: {made.stderr}")
        [self.port] = processes.free_ports(1)
        data = os.environ.get("XDG_DATA_HOME", str(pathlib.Path.home() / ".local/share"))
        (self.folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\n"
            f"AuthorizedKeysFile {self.folder}/user.pub\nPasswordAuthentication no\nStrictModes no\nUsePAM no\n"
            f"PermitRootLogin prohibit-password\nPidFile none\n"
            # Files that are sent lie apart from those that were sent by others.
            f'SetEnv XDG_CACHE_HOME="{self.folder}/cache" XDG_DATA_HOME="{data}"\n')
        program = shutil.which("sshd", path="/usr/sbin:/sbin:/usr/bin")
        if not program:
            raise FleetError("There is no sshd on this machine. Install it: Scripts/setup --fleet")
        if os.getuid() == 0:
            # As root, sshd wants this folder for its own safety.
            os.makedirs("/run/sshd", exist_ok=True)
        log = self.folder / "sshd.log"
        self.daemon = processes.start([program, "-D", "-e", "-f", self.folder / "sshd_config"], log)
        wait_until("sshd answers", lambda: run([*self.command.split(), "true"]).returncode == 0, 20, log)

    @property
    def command(self):
        options = {
            "StrictHostKeyChecking": "no", "UserKnownHostsFile": self.folder / "known", "BatchMode": "yes",
            "IdentitiesOnly": "yes", "LogLevel": "ERROR",
        }
        texts = " ".join(f"-o {key}={value}" for key, value in options.items())
        return f"ssh -F /dev/null {texts} -i {self.folder}/user -p {self.port} {getpass.getuser()}@127.0.0.1"

    def cut(self):
        """Kills the server's side of all connections, as a network that breaks does."""
        # A connection has one process or two, as the user is root or not.
        sessions = [one for one in processes.descendants(self.daemon.pid) if processes.name(one) == "sshd"]
        if not sessions:
            raise FleetError("There is no connection over ssh that could be cut.")
        processes.kill(sessions)
        return len(sessions)

    def stop(self):
        if self.daemon:
            processes.kill(processes.descendants(self.daemon.pid))
            processes.stop(self.daemon)

    def version(self):
        return run(["ssh", "-V"]).stderr.split(",")[0]
