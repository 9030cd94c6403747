# Shell functions that ./quickstart, ./test and the acceptance scripts share: checks, Debian packages, npm packages,
# configure and build. To be sourced with the repository's root as the working directory.

# The Debian packages, each with its reason in docs/dependencies.md.
packages_build=(
  g++ cmake ninja-build
  libfmt-dev libtomlplusplus-dev libcli11-dev libeigen3-dev libtbb-dev libsqlite3-dev nlohmann-json3-dev zlib1g-dev
  dataset-fashion-mnist
)
packages_test=(
  libgtest-dev libgmock-dev librapidcheck-dev librandom123-dev
  libopenmpi-dev openmpi-bin iproute2
  clang libclang-rt-14-dev
  python3 python3-numpy python3-cmaes python3-sympy python3-brian
)
packages_lint=(clang-format-14 clang-tidy-14 clang-tools-14)
packages_acceptance=(chromium debootstrap slurm-wlm munge shellcheck)
packages_npm=(ca-certificates nodejs npm)

needed_disk=3   # GB, the sanitizer and fuzz builds of ./test included
needed_memory=2 # GB, what two compilers side by side take

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
stop() {
  printf 'carve: %s\n' "$*" >&2
  exit 3
}

# Says at once what would otherwise fail much later.
check_machine() {
  [[ $(uname -sm) == "Linux x86_64" ]] || stop "this is $(uname -sm); carve needs Linux on x86_64."
  local flag
  for flag in avx2 fma; do
    grep -qw "$flag" /proc/cpuinfo || stop "this CPU has no ${flag^^}; carve needs AVX2 and FMA (Intel since 2013, AMD since 2015)."
  done
  command -v apt-get dpkg-query >/dev/null ||
    stop "no apt-get here; carve sets itself up on Debian 12. Elsewhere, install what docs/dependencies.md lists and use CMake."
  local memory disk
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1000000) }' /proc/meminfo)
  disk=$(df --output=avail -B 1000000000 . | tail -n 1 | tr -d ' ')
  ((memory >= needed_memory)) || stop "$memory GB of memory are free; building needs $needed_memory GB."
  ((disk >= needed_disk)) || stop "$disk GB are free on this disk; building and testing needs $needed_disk GB."
}

# Runs a command as root.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Those of the packages named that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# Installs those of the packages named that are missing.
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || command -v sudo >/dev/null ||
    stop "these Debian packages are missing, and only root (or sudo) can install them: ${missing[*]}"
  say "Installing from Debian: ${missing[*]}"
  as_root apt-get update -qq -o APT::Update::Error-Mode=any ||
    stop "apt-get cannot reach Debian's packages; is there a network?"
  local package
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 || stop "there is no package $package here; carve sets itself up on Debian 12."
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    stop "apt-get could not install: ${missing[*]}"
}

# The JavaScript of the report's charts, in node_modules/; the lock file says which versions.
install_charts() {
  [[ -f package-lock.json ]] || return 0
  [[ node_modules/.package-lock.json -nt package-lock.json ]] && return 0
  command -v npm >/dev/null || install_packages "${packages_npm[@]}"
  say "Installing from npm: the charts of the report"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
    stop "npm could not install the packages of package-lock.json; is there a network?"
}

# configure PRESET [options of CMake's configuration ...]: makes build/PRESET ready.
configure() {
  local log=build/$1/configure.log
  mkdir -p "build/$1"
  cmake --preset "$@" >"$log" 2>&1 && return
  cat "$log" >&2
  stop "CMake could not configure build/$1."
}

# build PRESET [options of CMake's configuration ...]: configures build/PRESET and builds what the preset is for.
build() {
  say "Building build/$1"
  configure "$@"
  cmake --build --preset "$1" >&2 || stop "the build in build/$1 failed."
}

# Prints the comment on top of the script and exits.
usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
  exit "${1:-0}"
}
