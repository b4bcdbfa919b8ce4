# Building, testing and showing Assay. Any target may be repeated: what is in place is left as it is.

PREFIX ?= /usr/local
ENGINES := litert,onnxruntime,openvino
ASSAY := .build/release/assay
SOURCES := Package.swift $(shell find Sources -type f)
IMAGES := ../shared/data/images
SWIFT_FILES := Sources Tests Package.swift

.PHONY: build demo test lint format bench install setup engines

build: $(ASSAY)

# From nothing to tables and a page: latency, accuracy and steadiness of the bundled models on three engines.
demo: engines
	$(ASSAY) bench Samples/models/digits_int8.tflite Samples/models/digits_float32.onnx -e $(ENGINES)
	$(ASSAY) accuracy Samples/models/digits_int8.tflite Samples/models/digits_float32.onnx \
	  --images Samples/digits -e $(ENGINES)
	$(ASSAY) stress Samples/models/digits_int8.tflite --duration 10s
	$(ASSAY) report last -o .build/demo.html
	@echo
	@echo 'The page to look at: file://$(CURDIR)/.build/demo.html'
	@echo 'Now your own model: export PATH="$(CURDIR)/.build/release:$$PATH" (or sudo make install), then: assay bench MODEL'

test: lint engines
	Scripts/setup --tests
	ASSAY_TEST_PYTHON=$(CURDIR)/.build/python/bin/python ASSAY_TEST_PROGRAMS=$(CURDIR)/.build/release swift test
	test ! -d $(IMAGES) || .build/python/bin/python Scripts/check-pixels $(IMAGES)

lint: setup
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format format --in-place --parallel --recursive $(SWIFT_FILES)

bench: setup
	Benchmarks/harness-overhead

install: $(ASSAY)
	install -D -t $(DESTDIR)$(PREFIX)/bin $(ASSAY) $(dir $(ASSAY))assay-worker

engines: $(ASSAY)
	$(ASSAY) engines install

setup:
	@Scripts/setup

# The Swift runtime and SQLite are linked statically, so that the two programs run where there is neither: of the folder that is looked into
# first, which holds SQLite's archive alone, the linker has no choice. SwiftPM keeps the date of a program that it need not link
# again, hence the touch.
$(ASSAY): $(SOURCES) | setup
	swift build -c release --static-swift-stdlib --product assay-worker
	mkdir -p .build/static && ln -sf /usr/lib/*-linux-gnu/libsqlite3.a .build/static
	swift build -c release --static-swift-stdlib --product assay -Xlinker -L$(CURDIR)/.build/static
	touch $@
