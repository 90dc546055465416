# Plain `make` lists what there is. Continuous integration calls these same
# targets, so whatever fails there can be repeated here by name.
#
# Kept to what GNU make 3.81 understands, the make that macOS has.

# The root module, and the benchmarks, whose dependencies no user should get.
MODULES := . bench

GO    ?= go
GOFMT ?= gofmt

# Added to every go test, for example: make test TESTFLAGS='-timeout=5m -short'
TESTFLAGS ?=
# Handed to the benchmark program, for example: make bench BENCHFLAGS=-quick
BENCHFLAGS ?=

# Run by version instead of installed: nobody's PATH decides what lint means.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Where a lost wake-up would hide, so they are run more than once.
RACE_COUNT_PKGS ?= ./threading/internal/park ./threading ./queue
RACE_COUNT      ?= 3

# Which hammers.
STRESS ?= Stress

MUSL_CC    ?= musl-gcc
MUSL_PKGS  ?= ./...
ARM64_CC   ?= aarch64-linux-gnu-gcc
ARM64_ROOT ?= /usr/aarch64-linux-gnu
ARM64_EXEC ?= qemu-aarch64-static -L $(ARM64_ROOT)
ARM64_PKGS ?= ./...

# These tests run the go command on the source tree itself. They say nothing
# about a platform, and under another one's settings they would build for it.
TREE_TESTS := Vendor|Rebuild

TEST := $(GO) test -shuffle=on $(TESTFLAGS)

# $(call each,command) runs the command in every module, in the later ones even
# if an earlier one failed, so that one run shows all there is to mend. The
# command must hold no comma of its own: put one that does into a variable.
define each
@status=0; for module in $(MODULES); do \
	echo "== $$module: $(1)"; \
	(cd $$module && $(1)) || status=1; \
done; exit $$status
endef

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- everyday

.PHONY: fmt
fmt: ## format all Go files in place
	$(GOFMT) -w .

.PHONY: fmt-check
fmt-check: ## fail if gofmt would change a file
	@if ! diff=$$($(GOFMT) -d .) || [ -n "$$diff" ]; then \
		printf '%s\n' "$$diff" 'not formatted: run make fmt'; exit 1; \
	fi

# The stress tests hide behind a tag from the plain build; without a second look
# they would rot until the night.
.PHONY: vet
vet: ## go vet, with and without the stress tests
	$(call each,$(GO) vet ./...)
	$(call each,$(GO) vet -tags stress ./...)

.PHONY: lint
lint: ## staticcheck, at a fixed version
	$(call each,$(GO) run $(STATICCHECK) -tags stress ./...)

.PHONY: tidy-check
tidy-check: ## fail if go mod tidy would change a go.mod or go.sum
	$(call each,$(GO) mod tidy -diff)

.PHONY: test
test: ## all tests; without a C compiler, those that need none
	$(call each,$(TEST) ./...)

.PHONY: bench
bench: ## run the benchmarks (BENCHFLAGS=-quick: a check of seconds)
	cd bench && $(GO) run . $(BENCHFLAGS)

.PHONY: cover
cover: ## test coverage of the root module, over all its packages
	$(TEST) -covermode=atomic -coverpkg=./... -coverprofile=coverage.out ./...
	$(GO) tool cover -func=coverage.out | tail -n 1

# ---- the same tests, harder

# The race detector needs cgo. Asking for it by name makes a machine without a
# C compiler fail here instead of testing less than it says.
.PHONY: race
race: ## all tests under the race detector (needs a C compiler)
	$(call each,CGO_ENABLED=1 $(TEST) -race ./...)

.PHONY: race-count
race-count: ## the waiting packages under the race detector, RACE_COUNT times
	CGO_ENABLED=1 $(TEST) -race -count=$(RACE_COUNT) $(RACE_COUNT_PKGS)

# One package at a time: a hammer is to meet its own threads, not a neighbour's.
.PHONY: stress
stress: ## long hammers, up to an hour a package (STRESS: which, TESTFLAGS=-race: slower)
	$(GO) test -tags stress -run '$(STRESS)' -count=1 -p 1 -timeout 60m -v $(TESTFLAGS) ./...

.PHONY: nocgo
nocgo: ## build, vet and test with cgo off
	$(call each,CGO_ENABLED=0 $(GO) build ./...)
	$(call each,CGO_ENABLED=0 $(GO) vet ./...)
	$(call each,CGO_ENABLED=0 $(TEST) ./...)

# A collection at every turn finds memory that C still has and Go thinks free.
.PHONY: gc
gc: ## tests of the root module with a garbage collection at every turn
	GOGC=1 $(TEST) -count=1 ./...

.PHONY: cgocheck
cgocheck: ## tests of the root module, watching every Go pointer that C may see
	GOEXPERIMENT=cgocheck2 $(TEST) ./...

# Listing first, because go test is content when no test has such a name.
.PHONY: vendor-check
vendor-check: ## the C folder survives go mod vendor, and its edits rebuild
	@$(GO) test -list '$(TREE_TESTS)' ./csrc | grep -q '^Test' || \
		{ echo 'csrc has no test named $(TREE_TESTS)'; exit 1; }
	$(GO) test -count=1 -v -run '$(TREE_TESTS)' $(TESTFLAGS) ./csrc

# ---- C alone

.PHONY: c-test
c-test: ## the C programs in csrc/testdata
	@.ci/c test

.PHONY: asan
asan: ## the C programs under the address and undefined-behaviour sanitizers
	@.ci/c asan

.PHONY: tsan
tsan: ## the C programs under the thread sanitizer
	@.ci/c tsan

.PHONY: helgrind
helgrind: ## the C programs under valgrind's checker of locks
	@.ci/c helgrind

.PHONY: c-warnings
c-warnings: ## the C sources without a warning, from gcc and clang
	@.ci/c warnings

# ---- other platforms

# Static, because a binary linked against musl's loader finds none on a machine
# whose system library is another.
.PHONY: musl
musl: ## all tests of the root module, linked statically with musl
	CGO_ENABLED=1 CC=$(MUSL_CC) $(TEST) -skip '$(TREE_TESTS)' \
		-ldflags '-linkmode external -extldflags -static' $(MUSL_PKGS)

# The kernel cannot start an arm64 program by itself here, so a test which runs
# its own binary again has to put the words of PYTHREADS_TEST_EXEC before it, as
# go test does with -exec. An emulated thread costs the emulator far more than
# one costs the kernel, hence no thousands of them (PYTHREADS_TEST_THREADS).
.PHONY: arm64
arm64: ## all tests of the root module, as linux/arm64 under qemu
	CGO_ENABLED=1 GOOS=linux GOARCH=arm64 CC=$(ARM64_CC) PYTHREADS_TEST_EXEC='$(ARM64_EXEC)' \
		PYTHREADS_TEST_THREADS=200 $(TEST) -skip '$(TREE_TESTS)' -exec '$(ARM64_EXEC)' $(ARM64_PKGS)

# Vet type-checks the tests as well as the code, and needs no such system.
.PHONY: cross
cross: ## type-check for systems not at hand: macOS, FreeBSD, Windows, cgo off
	$(call each,CGO_ENABLED=0 GOOS=darwin $(GO) vet ./...)
	$(call each,CGO_ENABLED=0 GOOS=freebsd $(GO) vet ./...)
	$(call each,CGO_ENABLED=0 GOOS=windows $(GO) vet ./...)

# ---- all of it

.PHONY: ci
ci: ## everything continuous integration runs on one machine, about 20 minutes
	.ci/run

.PHONY: clean
clean: ## remove what the targets left behind
	rm -rf build coverage.out bench/results
