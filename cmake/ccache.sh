#!/bin/sh
# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ccache.sh COMPILER ARGUMENT…: compiles through ccache, with what its manual asks for where headers are precompiled.
# Such a header is 130 to 200 MB, and ccache would read it for each file that uses it; instead it reads the checksum
# that is left beside it here. With that and the compiler's own list of headers, a file that is not in the cache takes
# no longer than without ccache.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_DEPEND=1 CCACHE_PCH_EXTSUM=1

output=
previous=
for argument in "$@"; do
    [ "$previous" = -o ] && output=$argument
    previous=$argument
done
case $output in
    *.gch) ccache "$@" && sha256sum <"$output" >"$output.sum" ;;
    *) exec ccache "$@" ;;
esac
