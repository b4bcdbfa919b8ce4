# Code for this machine, compiled by AOTInductor with a C++ compiler; the number of threads stays open.
if not any(shutil.which(name) for name in ("g++", "clang++", os.environ.get("CXX", "g++"))):
    refuse("AOTInductor needs a C++ compiler. On Debian and Ubuntu: sudo apt install g++")
torch._inductor.aoti_compile_and_package(
    exported, package_path=request["result"], inductor_configs={"cpp.dynamic_threads": True, "compile_threads": 1})
