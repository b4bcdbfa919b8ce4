"""What every step of a conversion begins with. Assay runs this file and then that of the converter, as one program.

The only argument is the path of a request, in JSON:
  source       the model to convert
  result       where the converted model goes
  recipe       how to quantise
  calibration  an .npz file: the input NAME of sample N is the array "N/NAME"; null for none
  options      what else the step needs
  memory       the most bytes of memory
  file_bytes   the most bytes of one file
The working folder is private, and the only one that can be written to where the kernel has Landlock. The exit status is 0 if the result is there, and 3 if `failure.json` says what is unsupported.
"""
import ctypes
import json
import os
import re
import resource
import shutil
import struct
import sys

UNSUPPORTED = 3

with open(sys.argv[1], encoding="utf-8") as file:
    request = json.load(file)


def limit(kind, amount):
    """Lowers a limit, which may be lower already."""
    most = resource.getrlimit(kind)[1]
    amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(kind, (amount, amount))


def leave_network():
    """Moves this process into a network of its own, which has no devices, where the kernel allows that."""
    new_user, new_network = 0x10000000, 0x40000000
    user, group = os.geteuid(), os.getegid()
    unshare = ctypes.CDLL(None).unshare
    if unshare(new_network) == 0 or unshare(new_user | new_network) != 0:
        return
    maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    for name, text in maps.items():
        try:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        except OSError:
            # Some systems give a new user no rights, not even to name itself. The network is gone nevertheless.
            return


def write_only_here():
    """Lets this process change files below its folder and in /dev alone, if the kernel can: converters write over what they read."""
    create, add, restrict, version_flag, path_beneath, no_new_privileges = 444, 445, 446, 1, 1, 38
    library = ctypes.CDLL(None)
    version = library.syscall(create, None, ctypes.c_size_t(0), version_flag)
    if version < 1:
        return
    # Writing, making and removing; since version 2 moving to other folders, since 3 cutting off.
    access = 0x1ff2 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rules = library.syscall(create, struct.pack("=Q", access), ctypes.c_size_t(8), 0)
    for path in (os.getcwd(), "/dev"):
        folder = os.open(path, os.O_PATH)
        library.syscall(add, rules, path_beneath, struct.pack("=Qi", access, folder), 0)
        os.close(folder)
    library.prctl(no_new_privileges, 1, 0, 0, 0)
    library.syscall(restrict, rules, 0)
    os.close(rules)


def refuse(message, operators=()):
    """Ends the step: the converter cannot do this model."""
    with open("failure.json", "w", encoding="utf-8") as file:
        json.dump({"message": message, "operators": sorted(set(operators))[:50]}, file)
    sys.stdout.flush()
    os._exit(UNSUPPORTED)


class Naming:
    """Turns an error of the converter that names operators into a refusal."""

    def __init__(self, *patterns):
        self.patterns = patterns

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        text = str(error)
        names = [name for pattern in self.patterns for name in re.findall(pattern, text, re.MULTILINE)]
        if error is not None and names:
            print(text)
            refuse("The converter does not support these operators.", names)
        return False


def samples():
    """The calibration data: a dictionary of arrays for each sample."""
    import numpy

    with numpy.load(request["calibration"]) as archive:
        found = {}
        for member in archive.files:
            number, name = member.split("/", 1)
            found.setdefault(int(number), {})[name] = archive[member]
    return [found[number] for number in sorted(found)]


def own_onnx():
    """The path of a copy of an ONNX source, for converters that write over it."""
    import onnx

    path, source = "source.onnx", onnx.load(request["source"], load_external_data=False)
    if any(onnx.external_data_helper.uses_external_data(tensor) for tensor in source.graph.initializer):
        onnx.save_model(onnx.load(request["source"]), path, save_as_external_data=True, location="source.data")
    else:
        shutil.copyfile(request["source"], path)
    return path


def keep_metadata():
    """Gives an ONNX file what its source says of images."""
    import onnx

    made = onnx.load(request["result"])
    known = {entry.key for entry in made.metadata_props}
    source = onnx.load(request["source"], load_external_data=False)
    lost = [entry for entry in source.metadata_props
            if entry.key.startswith(("assay.", "Image.")) and entry.key not in known]
    if lost:
        made.metadata_props.extend(lost)
        onnx.save(made, request["result"])


limit(resource.RLIMIT_DATA, request["memory"])
limit(resource.RLIMIT_FSIZE, request["file_bytes"])
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
leave_network()
write_only_here()
