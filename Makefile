# Building, testing and showing Assay. Every target may be repeated: it does only what is missing.
#
# From nothing, on two cores with a fast network, `make demo` takes about a minute and a half:
#   setup       a second; a minute where Debian packages are missing
#   build      70 s   two Swift packages, then assay and assay-worker; 142 MB of engines are downloaded meanwhile
#   engines     5 s   unpacked beside the build of assay-worker
#   measuring  15 s   latency, accuracy, steadiness
# `make test` takes about ten minutes, most of it for compiling the tests and running them.

PREFIX ?= /usr/local
SEED ?= 1
SHARE = $(DESTDIR)$(PREFIX)/share
HEADER := Sources/CEngineAPIs/include/assay_engine.h
TEXTS := man/man1/assay.1 bash-completion/completions/assay zsh/site-functions/_assay fish/vendor_completions.d/assay.fish
ENGINES := litert,onnxruntime,openvino
VARIANTS := openvino-2022.3 onnxruntime-openvino executorch
ASSAY := .build/release/assay
WORKER := .build/release/assay-worker
WHEELS := .build/wheels
SOURCES := Package.swift Scripts/build-release $(shell find Sources Native -type f)
IMAGES := ../shared/data/images
MODELS := Samples/models/digits_int8.tflite Samples/models/digits_float32.onnx
SWIFT_FILES := Benchmarks Sources Tests Package.swift

# Engines are downloaded while Assay is built.
MAKEFLAGS += --jobs=2

.PHONY: build demo test test-engines test-conversions test-corpus test-fleet fuzz fuzz-sanitized lint format bench gates install uninstall setup engines wheels

build: $(ASSAY) $(WORKER)

# From nothing to tables and a page: latency, accuracy and steadiness of the bundled models on three engines.
demo: engines $(WORKER)
	@echo '== Latency of two models on three engines, random inputs: about 8 s'
	$(ASSAY) bench $(MODELS) -e $(ENGINES) --min-time 1
	@echo '== Accuracy on the bundled images of digits: about 3 s'
	$(ASSAY) accuracy $(MODELS) --images Samples/digits -e $(ENGINES)
	@echo '== Steadiness of one model: 5 s'
	$(ASSAY) stress $(firstword $(MODELS)) --duration 5s
	$(ASSAY) report last -o .build/demo.html
	@echo
	@echo 'The page to look at: file://$(CURDIR)/.build/demo.html'
	@echo 'Now your own model: export PATH="$(CURDIR)/.build/release:$$PATH" (or sudo make install), then: assay bench MODEL'

test: lint engines $(WORKER) gates
	$(ASSAY) engines install $(VARIANTS)
	$(ASSAY) engines build executorch
	Scripts/setup --tests
	ASSAY_TEST_PYTHON=$(CURDIR)/.build/python/bin/python ASSAY_TEST_PROGRAMS=$(CURDIR)/.build/release Scripts/run-tests
	test ! -d $(IMAGES) || .build/python/bin/python Scripts/check-pixels $(IMAGES)

# The engines and models that are too large for `make test`: half a gigabyte to download, and packages of PyTorch that are compiled for this machine,
# which takes some minutes the first time.
test-engines: $(ASSAY) $(WORKER)
	$(ASSAY) engines install tensorflow torch
	$(ASSAY) models get efficientnet-lite0 -o .build/efficientnet-lite0.onnx
	Scripts/setup-torch-models
	ASSAY_TEST_LARGE_ENGINES=1 Scripts/run-tests --filter 'EngineConformance|EnginesElsewhere|TensorFlow|PyTorch|TorchScript|WrittenModel|EfficientNetLite'

# Conversions by the real converters: 2 GB to download and 7 GB on disk, Python 3.11 for PyTorch, and 3.12 or 3.13 for onnx2tf, which
# ASSAY_PYTHON may name. PyTorch needs PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu. Writes Documentation/Conversions-tried.md.
test-conversions: engines $(WORKER)
	$(ASSAY) engines install tensorflow torch
	for name in convert onnx2tf torch litert-torch tensorflow onnx2tf-tensorflow; do $(ASSAY) convert --install $$name || exit; done
	ASSAY_TEST_PROGRAMS=$(CURDIR)/.build/release Scripts/run-tests --filter 'Conver|DocumentationTests'
	Scripts/test-conversions

# Studies over ssh and Slurm, which it installs from Debian where they are missing and starts on this machine: two minutes.
test-fleet: engines $(WORKER)
	Scripts/setup --fleet
	Scripts/test-fleet

# What share of public test models Assay measures: half an hour. Documentation/Corpora.md has the last figures.
test-corpus: engines $(WORKER)
	Scripts/test-corpus

# A million damaged inputs for all readers of bytes from outside. SEED makes others. CONTRIBUTING.md says how long it takes.
fuzz: setup
	swift build -c release --product fuzz
	.build/release/fuzz --seed $(SEED) --count 1000000

# Fewer of them, with the address sanitizer in Swift and C.
fuzz-sanitized: setup
	swift build --sanitize=address --scratch-path .build/sanitized --product fuzz
	.build/sanitized/debug/fuzz --seed $(SEED) --count 50000

lint: setup
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format format --in-place --parallel --recursive $(SWIFT_FILES)

bench: setup
	Benchmarks/harness-overhead

# Bounds that hold on every machine: sizes of the programs, allocations and system calls of the timed loop.
gates: $(ASSAY) $(WORKER)
	Scripts/check-sizes
	Benchmarks/harness-overhead --gate

# Programs, the header for plugins, manual page, and completion for three shells. DESTDIR and PREFIX are honoured.
install: $(ASSAY) $(WORKER)
	install -D -t $(DESTDIR)$(PREFIX)/bin $(ASSAY) $(WORKER)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include $(HEADER)
	install -d $(dir $(addprefix $(SHARE)/,$(TEXTS)))
	Scripts/make-manual $(ASSAY) > $(SHARE)/man/man1/assay.1
	$(ASSAY) --generate-completion-script bash > $(SHARE)/bash-completion/completions/assay
	$(ASSAY) --generate-completion-script zsh > $(SHARE)/zsh/site-functions/_assay
	$(ASSAY) --generate-completion-script fish > $(SHARE)/fish/vendor_completions.d/assay.fish

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,assay assay-worker) $(DESTDIR)$(PREFIX)/include/$(notdir $(HEADER)) $(addprefix $(SHARE)/,$(TEXTS))

engines: $(ASSAY) wheels
	@echo '== Installing the engines: about 5 s'
	PIP_FIND_LINKS="$(CURDIR)/$(WHEELS) $$PIP_FIND_LINKS" $(ASSAY) engines install
	@rm -rf $(WHEELS)

wheels: setup
	@Scripts/fetch-engines $(WHEELS)

setup:
	@Scripts/setup

# One after the other: SwiftPM locks its folder. It keeps the date of a program that need not be linked again, hence the touch.
$(ASSAY): $(SOURCES) | setup
	@echo '== Building assay: about 70 s from nothing'
	Scripts/build-release assay
	@touch $@

$(WORKER): $(ASSAY)
	Scripts/build-release assay-worker
	@touch $@
