# shellcheck shell=bash
# What bin/parley and bin/parleyd share: find Java, build what is stale when this is a source tree,
# and start with a class-data archive. Sourced, never run. Forks little: it is part of every start.


# What the programs hand over, and get back.
java_flags=()
archive_flags=()

fail() {
  printf 'parley: %s\n' "$1" >&2
  shift
  local line
  for line; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# Sets java and java_home.
find_java() {
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
    [[ -x $java ]] || fail "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it" \
      'hint: let JAVA_HOME name a JDK of version 17 or later, or unset it'
    java_home=$JAVA_HOME
  else
    java=$(command -v java) || fail 'there is no Java on this machine' \
      'hint: install a JDK of version 17 or later (Debian: apt install openjdk-17-jdk)'
    local real
    real=$(readlink -f "$java" 2>/dev/null) || real=$java
    java_home=${real%/bin/java}
  fi
  check_java_version
}

# From the file that every JDK brings: asking Java itself takes as long as a whole command.
check_java_version() {
  local line version=
  [[ -r $java_home/release ]] || return 0
  while IFS= read -r line; do
    [[ $line == JAVA_VERSION=* ]] && version=${line#JAVA_VERSION=} && version=${version//\"/}
  done <"$java_home/release"
  local major=${version%%[.+-]*}
  [[ $major =~ ^[0-9]+$ ]] || return 0
  ((major >= 17)) || fail "Java $version at $java_home is too old" \
    'hint: parley needs Java 17 or later; JAVA_HOME names which one is used'
}

# The first <version> of the parent pom is the project's.
project_version() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ \<version\>(.*)\</version\> ]]; then
      REPLY=${BASH_REMATCH[1]}
      return
    fi
  done <"$1/pom.xml"
  fail "there is no version in $1/pom.xml"
}

is_stale() {
  local root=$1 lib=$2 stamp=$1/target/.built
  [[ -e $stamp && -d $lib ]] || return 0
  local newer
  newer=$(find "$root"/pom.xml "$root"/.mvn \
    "$root"/{proto,nat,daemon,cli-client,integration-tests}/pom.xml \
    "$root"/{proto,nat,daemon,cli-client,integration-tests}/src/main \
    -newer "$stamp" -print -quit 2>/dev/null)
  [[ -n $newer ]]
}

build() {
  local root=$1 lib=$2
  mkdir -p "$root/target" || fail "cannot write into $root" 'hint: is the source tree yours?'
  lock_build "$root/target/.build.lock"
  # Another launcher may have built it while this one waited.
  if is_stale "$root" "$lib"; then
    run_maven "$root" "$lib"
  fi
  unlock_build "$root/target/.build.lock"
}

lock_build() {
  if command -v flock >/dev/null; then
    exec 9>"$1"
    flock -n 9 || {
      echo 'parley: waiting for another build …' >&2
      flock 9
    }
    return
  fi
  local owner told=
  until mkdir "$1.d" 2>/dev/null; do
    owner=$(cat "$1.d/pid" 2>/dev/null) || owner=
    if [[ -n $owner ]] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$1.d"
      continue
    fi
    [[ -n $told ]] || echo 'parley: waiting for another build …' >&2
    told=yes
    sleep 0.3
  done
  echo $$ >"$1.d/pid"
  # Expanded now: the name is local.
  # shellcheck disable=SC2064
  trap "rm -rf '$1.d'" EXIT
}

unlock_build() {
  if [[ -d $1.d ]]; then
    rm -rf "$1.d"
    trap - EXIT
  else
    exec 9>&-
  fi
}

run_maven() {
  local root=$1 lib=$2 log=$1/target/build.log
  command -v mvn >/dev/null || fail 'this is a source tree, and there is no Maven to build it' \
    'hint: install Maven 3.8 or later (Debian: apt install maven)'
  if [[ -e $root/target/.built ]]; then
    echo 'parley: building …' >&2
  else
    echo 'parley: building (the first time takes a minute) …' >&2
  fi
  # Made before: what changes while Maven runs is newer, and built next time.
  : >"$root/target/.building"
  # Running daemons keep the files they have open; overwriting those would crash them.
  rm -rf "${lib%/*/lib}"
  if ! (cd "$root" && mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package) \
    </dev/null >"$log" 2>&1 9>&-; then
    tail -n 30 "$log" >&2
    fail 'the build failed; its last lines are above' "all of it is in $log"
  fi
  [[ -d $lib ]] || fail "the build brought no $lib" "its log is $log"
  mv "$root/target/.building" "$root/target/.built"
}

# Sets lib and archives (the directory of the class-data archives), building first where needed.
find_program() {
  local root=${1%/*}
  if [[ -e $root/pom.xml ]]; then
    project_version "$root"
    lib=$root/target/parley-$REPLY/parley-$REPLY/lib
    archives=$root/target/cds
    if is_stale "$root" "$lib"; then
      build "$root" "$lib"
    fi
  else
    lib=$root/lib
    archives=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/parley
    [[ -d $lib ]] || fail "there is no $lib: this installation is incomplete" \
      'hint: unpack the parley archive again'
  fi
}

# Sets jar: the program's, of whichever version.
find_jar() {
  local candidate
  for candidate in "$lib/$1"-[0-9]*.jar; do
    [[ -e $candidate ]] || fail "there is no $1 in $lib" 'hint: unpack or build parley again'
    jar=$candidate
  done
}

# Sets archive_flags: with an archive that fits this Java and these jars, or none yet. A missing one
# is made in the background for the next time, by a run with the arguments after the name.
use_archive() {
  local name=$1 key
  shift
  archive_flags=()
  [[ ${PARLEY_NO_CDS:-} != 1 ]] || return 0
  key=$(
    {
      echo "$java ${java_flags[*]}"
      stat -L -c '%n %s %Y' "$java" "$java_home/release" "$lib"/*.jar 2>/dev/null ||
        stat -L -f '%N %z %m' "$java" "$java_home/release" "$lib"/*.jar
    } 2>/dev/null | cksum
  ) || return 0
  local archive=$archives/$name-${key// /-}.jsa
  if [[ -s $archive ]]; then
    # An archive that does not fit after all is ignored, without a word.
    # shellcheck disable=SC2034
    archive_flags=(-XX:SharedArchiveFile="$archive" -Xshare:auto -Xlog:disable -Xlog:all=off)
  else
    (make_archive "$name" "$archive" "$@") </dev/null >/dev/null 2>&1 9>&- &
  fi
}

make_archive() {
  local name=$1 archive=$2
  shift 2
  trap '' HUP INT
  mkdir -p "$archives" || exit 0
  # One at a time; a lock older than an hour was left by a crash.
  find "$archives" -maxdepth 1 -name '*.lock' -mmin +60 -exec rmdir {} +
  mkdir "$archive.lock" || exit 0
  local temporary=$archive.$$
  # Expanded now: the names are local.
  # shellcheck disable=SC2064
  trap "rm -f '$temporary' '$temporary.list'; rmdir '$archive.lock'" EXIT
  nice -n 10 "$java" "${java_flags[@]}" -XX:DumpLoadedClassList="$temporary.list" \
    -jar "$jar" "$@" || exit 0
  nice -n 10 "$java" "${java_flags[@]}" -Xshare:dump -XX:SharedClassListFile="$temporary.list" \
    -XX:SharedArchiveFile="$temporary" -jar "$jar" || exit 0
  # Under its name only when whole: half an archive crashes Java.
  mv "$temporary" "$archive"
  find "$archives" -maxdepth 1 -name "$name-*.jsa" ! -path "$archive" -mmin +60 -exec rm {} +
}
