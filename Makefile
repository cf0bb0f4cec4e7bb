# Vestibule. Plain GNU make; sections, modules and tests are found by wildcard, so a new one needs no line here.
#
#   make                builds everything into build/
#   make run            builds and runs it all on http://127.0.0.1:8080/ (PORT=, EDITION=, DEMO=1); data in var/
#   make test           tests on free ports (ONLY=word chooses)
#   make races          what people do at once, a thousand rounds of each (ROUNDS=)
#   make check          style, static analysis, layers, scripts, manuals
#   make debug SECTION=profile REQUEST='GET /settings/profile'
#   make bench          speed, as ratios against floors measured in the same run
#   make screenshots    pictures of every page into build/screenshots/
#   make install DESTDIR= PREFIX=/usr/local
#   make dist           a source archive with the static files built, for hosts without npm
#   make clean          removes build/, keeps var/
#
# DEBUG=1 stamps every element with the line that opened it and judges every page before it is sent (build/debug/);
# SANITIZE=1 adds the address and undefined-behaviour sanitizers (build/sanitize/).

VERSION = 0.1.0
PREFIX = /usr/local
CONFDIR = /etc/vestibule
BINDIR = $(PREFIX)/bin
SECTIONDIR = $(PREFIX)/lib/vestibule/cgi-bin
DATADIR = $(PREFIX)/share/vestibule
LOCALEDIR = $(PREFIX)/share/locale
MANDIR = $(PREFIX)/share/man
UNITDIR = $(PREFIX)/lib/systemd/system

CC = gcc
AR = ar
PKG_CONFIG = pkg-config

ifdef SANITIZE
DEBUG = 1
B = build/sanitize
else ifdef DEBUG
B = build/debug
else
B = build
endif

# --- flags -----------------------------------------------------------------------------------------------------------

PACKAGES = libxml-2.0 libpcre2-8 jansson libsodium libmariadb liboath libqrencode

# Asked of pkg-config once, and only when something is compiled: "make run" installs it first.
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(shell $(PKG_CONFIG) --cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
XML_LIBS = $(eval XML_LIBS := $$(shell $(PKG_CONFIG) --libs libxml-2.0))$(XML_LIBS)
LIBS = $(eval LIBS := $$(shell $(PKG_CONFIG) --libs $(PACKAGES)) -lfcgi)$(LIBS)

# Only the operator's command ever connects to the outside.
CURL_LIBS = $(eval CURL_LIBS := $$(shell $(PKG_CONFIG) --libs libcurl))$(CURL_LIBS)

OPTIMIZE = -O2
ifdef SANITIZE
OPTIMIZE = -O1
endif
WARNINGS = -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Werror
HARDENING = -fPIE -fstack-protector-strong -fstack-clash-protection
HARDENING_LINK = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifneq ($(filter x86_64% i686%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
HARDENING += -fcf-protection
endif
DEFINES = -DVESTIBULE_VERSION='"$(VERSION)"' \
	-DVESTIBULE_CONF_PATH='"$(CONFDIR)/vestibule.conf"' \
	-DVESTIBULE_DATA_PATH='"$(DATADIR)"' \
	-DVESTIBULE_SCHEMA_PATH='"$(DATADIR)/schema"' \
	-DVESTIBULE_LAYOUT_PATH='"$(DATADIR)/htdocs/_layout.html"' \
	-DVESTIBULE_LOCALE_PATH='"$(LOCALEDIR)"' \
	-DVESTIBULE_RUN_PATH='"/run/vestibule/locks"'
ifdef DEBUG
DEFINES += -DVESTIBULE_DEBUG
endif
ifdef SANITIZE
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
HARDENING += -D_FORTIFY_SOURCE=3
endif

CFLAGS = -g
BUILD_CFLAGS = -std=gnu17 -Ilib $(DEFINES) $(OPTIMIZE) $(WARNINGS) $(HARDENING) $(SANITIZERS) $(CFLAGS)
BUILD_LDFLAGS = $(HARDENING_LINK) $(SANITIZERS) $(LDFLAGS)

# --- what there is ---------------------------------------------------------------------------------------------------

SECTIONS := $(patsubst cgi-bin/%.c,%,$(wildcard cgi-bin/*.c))
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
LAYERS := core data web
HTDOCS := $(shell find htdocs -name node_modules -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(patsubst lib/po/%.po,%,$(wildcard lib/po/*.po))

OBJECTS_OF = $(patsubst %.c,$(B)/objects/%.o,$(wildcard lib/$(1)/*.c))
LIBRARIES := $(foreach layer,web data core,$(if $(wildcard lib/$(layer)/*.c),$(B)/lib/lib$(layer).a))
LOWER_LIBRARIES := $(filter-out %/libweb.a,$(LIBRARIES))
COMMAND := $(if $(wildcard lib/ctl/*.c),$(B)/bin/vestibule)
SOURCES := $(wildcard cgi-bin/*.c lib/*/*.c tests/unit/*.c)
OBJECTS := $(SOURCES:%.c=$(B)/objects/%.o)

.PHONY: all programs units htdocs catalogues run test races check debug bench screenshots install dist clean
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

all: programs catalogues htdocs build/compile_commands.json

programs: $(SECTIONS:%=$(B)/cgi-bin/%) $(COMMAND)
units: $(UNITS:%=$(B)/tests/unit/%)
htdocs: build/htdocs/.built
catalogues: $(CATALOGUES:%=build/locale/%/LC_MESSAGES/vestibule.mo)

# --- compiling -------------------------------------------------------------------------------------------------------

# Its time changes when the flags do, and everything compiled depends on it.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(BUILD_CFLAGS) $(BUILD_LDFLAGS))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
FORCE:
.PHONY: FORCE

$(B)/objects/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@echo "  compile $<"
	@$(CC) $(BUILD_CFLAGS) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

define layer_library
$(B)/lib/lib$(1).a: $(call OBJECTS_OF,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call layer_library,$(layer))))

$(B)/cgi-bin/%: $(B)/objects/cgi-bin/%.o $(LIBRARIES)
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CC) $(BUILD_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/bin/vestibule: $(call OBJECTS_OF,ctl) $(LOWER_LIBRARIES)
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CC) $(BUILD_LDFLAGS) -o $@ $^ $(LIBS) $(CURL_LIBS)

$(B)/tests/unit/%: $(B)/objects/tests/unit/%.o $(LIBRARIES)
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CC) $(BUILD_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

-include $(wildcard $(OBJECTS:.o=.d))

build/compile_commands.json: $(SOURCES) $(B)/flags
	@{ separator='['; for source in $(SOURCES); do \
		printf '%s\n{"directory": "%s", "file": "%s", "arguments": [' "$$separator" '$(CURDIR)' "$$source"; \
		for word in $(CC) $(BUILD_CFLAGS) $(PACKAGE_CFLAGS) -c "$$source"; do \
			printf '"%s", ' "$$(printf '%s' "$$word" | sed 's/[\\"]/\\&/g')"; \
		done | sed 's/, $$//'; printf ']}'; separator=','; \
	done; [ "$$separator" = , ] || printf '['; printf '\n]\n'; } > $@

# --- static files and message catalogues -------------------------------------------------------------------------------

build/htdocs/.built: $(HTDOCS)
	@echo "  htdocs  build/htdocs"
	@htdocs/build.sh build/htdocs
	@touch $@

build/locale/%/LC_MESSAGES/vestibule.mo: lib/po/%.po
	@mkdir -p $(@D)
	@msgfmt --check -o $@ $<

# --- running, testing ------------------------------------------------------------------------------------------------

run:
	@MAKE='$(MAKE)' PORT='$(PORT)' EDITION='$(EDITION)' DEMO='$(DEMO)' exec tests/sandbox/run

test:
	@MAKE='$(MAKE)' ONLY='$(ONLY)' SANITIZE='$(SANITIZE)' exec tests/run

races:
	@MAKE='$(MAKE)' ONLY='races.t nginx ' SANITIZE='$(SANITIZE)' ROUNDS='$(or $(ROUNDS),1000)' LIMIT=86400 exec tests/run

check:
	@MAKE='$(MAKE)' exec tests/check

debug: all
	@SECTION='$(SECTION)' REQUEST='$(subst ','\'',$(REQUEST))' BUILD='$(B)' exec tests/sandbox/debug

bench: all
	@if [ -x tests/bench/run ]; then exec tests/bench/run; else echo 'tests/bench/run is not there'; exit 1; fi

screenshots:
	@if [ -x tests/browser/screenshots ]; then MAKE='$(MAKE)' exec tests/browser/screenshots; \
	else echo 'tests/browser/screenshots is not there'; exit 1; fi

clean:
	rm -rf build

# --- installing, packing ---------------------------------------------------------------------------------------------

INSTALL_FILE = install -m 0644
install: all
	install -d $(DESTDIR)$(SECTIONDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/schema $(DESTDIR)$(DATADIR)/nginx \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(CONFDIR)
	for section in $(SECTIONS); do install -m 0755 $(B)/cgi-bin/$$section $(DESTDIR)$(SECTIONDIR)/; done
	for command in $(COMMAND); do install -m 0755 $$command $(DESTDIR)$(BINDIR)/; done
	$(INSTALL_FILE) $(wildcard schema/*.sql) $(DESTDIR)$(DATADIR)/schema/
	rm -rf $(DESTDIR)$(DATADIR)/htdocs
	cp -R build/htdocs $(DESTDIR)$(DATADIR)/htdocs
	rm -f $(DESTDIR)$(DATADIR)/htdocs/.built $(DESTDIR)$(DATADIR)/htdocs/.inputs
	find $(DESTDIR)$(DATADIR)/htdocs -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
	for file in $(wildcard nginx/*); do [ ! -f $$file ] || case $$file in *.[1-8]) ;; \
		*) install -m $$([ -x $$file ] && echo 0755 || echo 0644) $$file $(DESTDIR)$(DATADIR)/nginx/ ;; esac; done
	for unit in $(wildcard nginx/systemd/*@.*); do \
		sed 's|/usr/lib/vestibule/cgi-bin|$(SECTIONDIR)|g; s|/etc/vestibule|$(CONFDIR)|g' $$unit \
			> $(DESTDIR)$(UNITDIR)/$${unit##*/}; chmod 0644 $(DESTDIR)$(UNITDIR)/$${unit##*/}; done
	for page in $(wildcard nginx/*.[1-8] lib/ctl/*.[1-8]); do \
		install -d $(DESTDIR)$(MANDIR)/man$${page##*.}; $(INSTALL_FILE) $$page $(DESTDIR)$(MANDIR)/man$${page##*.}/; done
	for language in $(CATALOGUES); do \
		install -d $(DESTDIR)$(LOCALEDIR)/$$language/LC_MESSAGES; \
		$(INSTALL_FILE) build/locale/$$language/LC_MESSAGES/vestibule.mo $(DESTDIR)$(LOCALEDIR)/$$language/LC_MESSAGES/; done

DIST = vestibule-$(VERSION)
dist: htdocs
	rm -rf build/$(DIST)
	mkdir -p build/$(DIST)/build
	git ls-files -z | tar -cf - --null -T - | tar -xf - -C build/$(DIST)
	cp -R -p build/htdocs build/$(DIST)/build/htdocs
	find build/$(DIST)/build -exec touch {} +
	touch build/$(DIST)/build/htdocs/.built
	tar -czf build/$(DIST).tar.gz --owner=0 --group=0 --numeric-owner --sort=name -C build $(DIST)
	rm -rf build/$(DIST)
	@echo "build/$(DIST).tar.gz"
