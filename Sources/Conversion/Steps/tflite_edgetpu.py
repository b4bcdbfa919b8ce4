# Google's compiler for Coral, which nobody may hand on: it has to be in PATH.
import glob
import subprocess

os.makedirs("made")
status = subprocess.run(["edgetpu_compiler", "-s", "-o", "made", request["source"]]).returncode
made = glob.glob("made/*_edgetpu.tflite")
if status or not made:
    refuse(f"edgetpu_compiler ended with status {status}; its log says why. It takes models of int8 alone.")
shutil.move(made[0], request["result"])
