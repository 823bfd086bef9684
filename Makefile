# A thin front on the CMake presets and on tests/scripts: nothing is decided here.
# `make demo`, `make test` and `make deb` install what is missing first; the others only say it.

PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all demo test bench simulate fuzz lint install uninstall deb clean help

all: ## build/release/gamevents (the default)
	@tests/scripts/build release

demo: ## install what is missing, build, and run the whole assignment
	@tests/scripts/demo

test: ## install what is missing, build, and run every test
	@tests/scripts/test

bench: all ## measure against other programs, as ratios of one run
	@tests/scripts/bench

simulate: ## SEEDS=100000: histories of failures on a simulated disk, held against the promises
	@tests/scripts/simulate $(SEEDS)

fuzz: ## SECONDS=600: random input for each parser that outsiders reach, so long for each
	@tests/scripts/fuzz -t $(or $(SECONDS),600)

lint: ## formatting, clang-tidy, shellcheck and the rules of the structure
	@tests/scripts/lint --tidy

install: all ## into $(DESTDIR)$(PREFIX)
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

uninstall: ## what the last `make install` put there, with the same DESTDIR
	@tests/scripts/uninstall "$(DESTDIR)"

deb: ## build/deb/gamevents_VERSION_ARCHITECTURE.deb, a Debian package for this Debian
	@tests/scripts/deb

clean: ## remove every build; .venv and the fetched jars stay
	@rm -rf build/release build/dev build/asan build/tsan build/simulate build/demo build/deb

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile
