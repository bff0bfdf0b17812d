#!/bin/sh
# Physiclaw @VERSION@ for @TARGET@: one file. Below this script lies its payload: the Deno runtime (gzip) and the
# program (zstd). The script unpacks them once into a private directory named by the payload's SHA-256, looks at every
# start whether anything there was touched since it was verified, and runs the program with the Deno permissions that its
# command needs. Nothing is downloaded, and no variable but the ones listed here reaches the program.

# SHA-256 of all that follows this script, of the unpacked runtime, of the list of the program's files.
digest=@DIGEST@
runtime_sum=@RUNTIME_SUM@
manifest_sum=@MANIFEST_SUM@
unpack_bytes=@UNPACK_BYTES@ runtime_bytes=@RUNTIME_BYTES@
variables='@VARIABLES@' # passed on; of them the program itself may read
environment=@ENVIRONMENT@

# A damaged stamp must not end the shell (see usable).
[ -z "${BASH_VERSION-}" ] || set +o posix
unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_DEBUG CDPATH ENV BASH_ENV
PATH=/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C
export PATH LC_ALL
nl='
'
IFS=$nl
set -f

# Nothing that could change how loader, runtime or program work: every other variable is dropped.
cache_directory=${CACHE_DIRECTORY-}
for line in $(export -p); do
  name=${line#export }
  name=${name#declare -x }
  name=${name%%=*}
  case $name in '' | *[!A-Za-z0-9_]*) continue ;; esac
  case " $variables PATH LC_ALL " in *" $name "*) ;; *) command unset "$name" 2>/dev/null ;; esac
done

self=$0
case $self in /*) ;; *) self=$(pwd)/$self ;; esac
say() { printf '%s\n' "physiclaw: $1" >&2; }
die() { say "$1"; exit 70; }

# look DIR [FILE...]: whether DIR is ours and no one else can reach into it, up to the root; sets $dir to its real path,
# $owner, and $seen to what the kernel says of each FILE pattern below it.
look() {
  case $1 in *,*) return 1 ;; esac
  dir=$1 above=$1
  [ ! -h "$dir" ] && [ -O "$dir" ] || return 1
  # The real path, where a link leads to it; mostly none does, and a fork is saved.
  while [ -n "$above" ]; do
    if [ -h "$above" ]; then dir=$(cd -P -- "$dir" 2>/dev/null && pwd) || return 1; break; fi
    above=${above%/*}
  done
  case $dir/ in [!/]* | */./* | */../* | *//*) return 1 ;; esac
  shift
  set +f
  [ $# -eq 0 ] || set -- "$dir/tree" "$dir"/tree/* "$dir"/tree/*/*
  set -f
  depth=1 above=$dir
  set -- "$above" "$@"
  while [ "$above" != / ]; do
    above=${above%/*}
    above=${above:-/}
    set -- "$above" "$@"
    depth=$((depth + 1))
  done
  seen=$(stat --printf '%u %f %i %s %.9Z\n' -- "$@" 2>/dev/null) || return 1
  owners=
  while [ "$depth" -gt 0 ]; do
    line=${seen%%"$nl"*}
    seen=${seen#*"$nl"}
    owner=${line%% *}
    line=${line#* }
    mode=$((0x${line%% *}))
    # Others may write into a directory above only where they can't rename what is ours: a sticky one.
    [ $((mode & 022)) -eq 0 ] || [ $((mode & 01000)) -ne 0 ] || return 1
    owners=$owners$owner$nl
    depth=$((depth - 1))
  done
  [ $((mode & 077)) -eq 0 ] || return 1
  for one in $owners; do
    case $one in 0 | "$owner") ;; *) return 1 ;; esac
  done
}

# Whether the unpacked tree in $dir is what was built, byte by byte, and made of nothing but our own plain files.
verified() {
  for line in $seen; do
    case $line in "$owner 41"* | "$owner 81"*) ;; *) return 1 ;; esac
  done
  sums=$(cd -- "$dir/tree" && sha256sum -- deno manifest && sha256sum --quiet --strict -c manifest) 2>/dev/null ||
    return 1
  [ "$sums" = "$runtime_sum  deno$nl$manifest_sum  manifest" ] || return 1
  set +f
  set -- "$dir"/tree/*/*
  set -f
  [ $# -eq @FILES@ ]
}

# usable DIR: an unpacked tree that is whole and that may be run from there.
usable() {
  [ -d "$1/tree" ] && look "$1" tree && [ -x "$dir/tree/deno" ] || return 1
  stamp=
  # Read as a script: no program has to be started for it. What could write it could write all the rest as well.
  [ ! -f "$dir/stamp" ] || command . "$dir/stamp" 2>/dev/null
  [ "$stamp" = "$seen" ] && return 0
  verified || return 1
  { printf "stamp='%s'\n" "$seen" >"$dir/stamp.$$" && mv -f -- "$dir/stamp.$$" "$dir/stamp"; } 2>/dev/null
  return 0
}

segment() { tail -c "+$((@HEADER_BYTES@ + 1 + $1))" -- "$self" | head -c "$2"; }

# unpack PLACE: makes PLACE/DIGEST, by rename, beside whoever does the same. Leaves $why when it can't.
unpack() {
  why='a comma in its path, which no list of permissions can hold'
  case $1 in *,*) return 1 ;; esac
  why='no directory can be made there'
  mkdir -p -- "$1" 2>/dev/null || return 1
  [ -h "$1" ] || [ ! -O "$1" ] || chmod 700 -- "$1" 2>/dev/null
  why='it, or a directory above it, belongs to another user or can be written by others'
  look "$1" || return 1
  place=$dir
  why='it cannot be written'
  { : >>"$place/lock"; } 2>/dev/null || return 1
  exec 9>>"$place/lock"
  locked=
  command -v flock >/dev/null && flock 9 && locked=1
  if usable "$place/$digest"; then exec 9>&-; return 0; fi
  # Of those that hold the lock only one is left: what others left half-made is rubbish.
  set +f
  [ -z "$locked" ] || rm -rf -- "$place"/.new.* "$place/$digest"
  set -f
  temporary=$(mktemp -d "$place/.new.XXXXXX" 2>/dev/null) || { exec 9>&-; return 1; }
  why='there is not enough room'
  if fill && rename; then exec 9>&-; sweep; return 0; fi
  rm -rf -- "$temporary"
  exec 9>&-
  return 1
}

fill() {
  mkdir -- "$temporary/tree" "$temporary/cache" || return 1
  { segment "$unpack_bytes" "$runtime_bytes" | gzip -dc >"$temporary/tree/deno"; } 2>/dev/null || return 1
  [ "$(sha256sum <"$temporary/tree/deno")" = "$runtime_sum  -" ] || return 1
  chmod 700 -- "$temporary/tree/deno"
  if [ ! -x "$temporary/tree/deno" ]; then why='programs may not run there (noexec)'; return 1; fi
  { segment 0 "$unpack_bytes" >"$temporary/unpack.js"; } 2>/dev/null || return 1
  (
    cd -- "$temporary/tree" || exit 1
    tail -c "+$((@HEADER_BYTES@ + 1 + unpack_bytes + runtime_bytes))" -- "$self" |
      DENO_DIR=$temporary/cache DENO_NO_UPDATE_CHECK=1 ./deno run --quiet --no-prompt --no-config --no-lock --no-npm \
        --no-remote --allow-read=. --allow-write=. ../unpack.js
  ) 2>/dev/null || return 1
  rm -f -- "$temporary/unpack.js"
}

# The first to come wins; who comes later finds the name taken by something usable.
rename() {
  mv -T -- "$temporary" "$place/$digest" 2>/dev/null || rm -rf -- "$temporary"
  why='the unpacked files are not what was built'
  usable "$place/$digest"
}

# Removes what other versions left in $place, unless a process still runs from there.
sweep() {
  set +f
  for old in "$place"/*; do
    case ${old##*/} in "$digest" | lock | *[!0-9a-f]*) continue ;; esac
    [ ! -h "$old" ] && [ -f "$old/tree/deno" ] || continue
    for program in /proc/[0-9]*/exe; do [ "$program" -ef "$old/tree/deno" ] && continue 2; done
    rm -rf -- "$old"
  done
  set -f
}

# Where it may be unpacked, in this order; what exists already is taken first, wherever it is.
places=
[ -z "$cache_directory" ] || places=$places${cache_directory%%:*}/physiclaw$nl
[ -z "${XDG_CACHE_HOME-}" ] || places=$places$XDG_CACHE_HOME/physiclaw$nl
[ ! -d "${HOME-}" ] || [ "$HOME" = / ] || places=$places$HOME/.cache/physiclaw$nl
[ ! -O / ] || places=$places/var/cache/physiclaw$nl

find() {
  for place in $1; do
    [ -d "$place/$digest" ] && usable "$place/$digest" && return 0
  done
  return 1
}

if ! find "$places"; then
  uid=$(id -u)
  shared=/var/tmp/physiclaw-$uid$nl/tmp/physiclaw-$uid$nl/dev/shm/physiclaw-$uid
  if ! find "$shared"; then
    # Before anything of it is used.
    sum=$(tail -c "+$((@HEADER_BYTES@ + 1))" -- "$self" | sha256sum)
    [ "$sum" = "$digest  -" ] || die "$self can't be read, or is damaged: its payload is not what was built; copy it again"
    tried=
    mask=$(umask)
    umask 077
    for place in $places$shared; do
      unpack "$place" && tried= && break
      tried="$tried$nl  $place: $why"
    done
    umask "$mask"
    [ -z "$tried" ] || die "there is no place to unpack in; set XDG_CACHE_HOME to a directory of yours. Tried:$tried"
  fi
fi
[ "${1-}" = doctor ] && place=${dir%/*} && sweep

tree=$dir/tree

# Unix sockets that the command line names. Deno's lists know no way to write a comma.
sockets=unix:@SOCKET@ socket_paths=@SOCKET@ before= command=${1-}
for word in "$@"; do
  path=
  [ "$before" != --socket ] || path=$word
  [ "$command $word" != 'serve --permissions' ] || command=asks
  case $word in --socket=*) path=${word#*=} ;; esac
  case $path in *,*) die "cannot use the socket $path: choose a path without a comma" ;; esac
  [ -z "$path" ] || sockets=$sockets,unix:$path socket_paths=$socket_paths,$path
  before=$word
done

DENO_DIR=$dir/cache DENO_NO_UPDATE_CHECK=1
export DENO_DIR DENO_NO_UPDATE_CHECK
command unset LC_ALL
# The memory's models need a C++ library: the host's own, or, where it has none, the one that was built in.
[ -e /usr/lib/@ARCH@-linux-gnu/libstdc++.so.6 ] || [ -e /usr/lib64/libstdc++.so.6 ] || [ -e /usr/lib/libstdc++.so.6 ] ||
  export LD_LIBRARY_PATH="$tree/fallback"
run() { exec "$dir/tree/deno" run --quiet --no-config --no-lock --no-npm "$@"; }

case $command in
  asks) run @SERVE_ASKS@ "$dir/tree/app/main.js" "$@" ;;
  serve)
    # Two starts: the first one reads the settings and says which permissions they need, no more and no less.
    shift
    grants=$(run @SERVE_ASKS@ "$dir/tree/app/main.js" serve --permissions "$@") || exit
    case $grants in --no-prompt*) ;; *) printf '%s\n' "$grants"; exit ;; esac
    # shellcheck disable=SC2086
    run $grants "$dir/tree/app/main.js" serve "$@"
    ;;
@CASES@
  *) run @NOTHING@ "$dir/tree/app/main.js" "$@" ;;
esac
