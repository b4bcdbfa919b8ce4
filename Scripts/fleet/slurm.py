"""A Slurm of its own on this machine: munged, slurmctld, and two slurmd that stand for two nodes."""

import os
import pwd
import shutil
import socket

from . import processes
from .processes import FleetError, run, wait_until

NODES = ["node1", "node2"]

CONFIGURATION = """\
ClusterName=assay-fleet
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CryptoType=crypto/munge
# A job that is requeued waits until its credential has expired.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
MpiDefault=none
SwitchType=switch/none
# A node that does not answer for so long is down, and its jobs are requeued.
SlurmdTimeout=5
MessageTimeout=5
KillWait=1
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=node[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port={first_port}-{last_port} CPUs=1
PartitionName=all Nodes=node[1-2] Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    def __init__(self, folder):
        self.folder = folder
        self.configuration = folder / "slurm.conf"
        self.environment = os.environ | {"SLURM_CONF": str(self.configuration)}
        self.daemons, self.nodes = [], {}

    def start(self):
        for name in "state", "spool":
            (self.folder / name).mkdir(parents=True)
        self.configuration.write_text(CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().split(".")[0], user=pwd.getpwuid(os.getuid()).pw_name,
            **self.ports()))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        self.daemon("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket",
                    f"--pid-file={self.folder}/munged.pid", f"--log-file={self.folder}/munged.log",
                    f"--seed-file={self.folder}/munge.seed")
        wait_until("munged answers", lambda: (self.folder / "munge.socket").exists(), 10, self.folder / "munged.out")
        self.daemon("slurmctld", "-D", "-c", "-f", self.configuration)
        for node in NODES:
            self.start_node(node)

    def ports(self):
        # Slurm wants the ports of the nodes in a row.
        for _ in range(100):
            controller, first = processes.free_ports(2)
            try:
                with socket.socket() as last:
                    last.bind(("127.0.0.1", first + 1))
            except OSError:
                continue
            if controller != first + 1:
                return {"controller_port": controller, "first_port": first, "last_port": first + 1}
        raise FleetError("There are no two free ports in a row for the nodes of Slurm.")

    def daemon(self, program, *options, name=None):
        path = shutil.which(program, path=f"/usr/sbin:/sbin:{os.environ['PATH']}")
        if not path:
            raise FleetError(f"There is no {program} on this machine. Install it: Scripts/setup --fleet")
        daemon = processes.start([path, *options], self.folder / f"{name or program}.out", self.environment)
        self.daemons.append(daemon)
        return daemon

    def start_node(self, node):
        self.nodes[node] = self.daemon("slurmd", "-D", "-N", node, "-f", self.configuration, name=node)
        self.wait_for_state(node, "idle")

    def wait_for_state(self, node, state, seconds=60):
        wait_until(f"{node} is {state}", lambda: self.state(node).startswith(state), seconds,
                   self.folder / "slurmctld.log")

    def state(self, node):
        return self.run("sinfo", "-h", "-n", node, "-o", "%T").stdout.strip()

    def run(self, *command):
        return run(command, self.environment)

    def tasks(self, node):
        """The processes of jobs and steps on a node."""
        ours = set(processes.with_variable("SLURM_CONF", self.configuration))
        return [task for task in processes.with_variable("SLURMD_NODENAME", node) if task in ours]

    def kill_node(self, node):
        """Kills a node as the end of its power does: its slurmd, and all that runs under it, at once."""
        tasks = self.tasks(node)
        above = {processes.parent(task) for task in tasks}
        above |= {processes.parent(one) for one in above}
        managers = [one for one in above if processes.name(one) == "slurmstepd"]
        if not managers:
            raise FleetError(f"{node} runs no job that its end could interrupt.")
        # First those that would tell the end of the others.
        processes.kill([self.nodes[node].pid, *managers, *tasks])
        self.nodes[node].wait()
        return len(tasks)

    def stop(self):
        if (self.folder / "munge.socket").exists():
            self.run("scancel", "--user", pwd.getpwuid(os.getuid()).pw_name, "--signal=KILL")
        for daemon in reversed(self.daemons):
            processes.stop(daemon)
        # What a node that was killed has left, and what scancel did not reach.
        processes.kill(set(processes.with_variable("SLURM_CONF", self.configuration)) - {os.getpid()})

    def version(self):
        return self.run("srun", "--version").stdout.strip()
