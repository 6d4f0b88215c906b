# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Warnings, definitions, sanitizers and the fast linker, in one interface target that every room links.

add_library(conversure_toolchain INTERFACE)

target_compile_options(conversure_toolchain INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    $<$<BOOL:${CONVERSURE_WERROR}>:-Werror>)

target_compile_definitions(conversure_toolchain INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_KEYWORDS QT_NO_FOREACH
    QT_STRICT_ITERATORS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_CONTEXTLESS_CONNECT
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)

if(CONVERSURE_SANITIZE)
    target_compile_options(conversure_toolchain INTERFACE
        -fsanitize=${CONVERSURE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(conversure_toolchain INTERFACE -fsanitize=${CONVERSURE_SANITIZE})
endif()

if(CONVERSURE_COVERAGE)
    target_compile_options(conversure_toolchain INTERFACE --coverage)
    target_link_options(conversure_toolchain INTERFACE --coverage)
endif()

find_program(CONVERSURE_MOLD mold)
if(CONVERSURE_MOLD)
    target_link_options(conversure_toolchain INTERFACE -fuse-ld=mold)
endif()

find_program(CONVERSURE_CCACHE ccache)
if(CONVERSURE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_SOURCE_DIR}/cmake/ccache.sh")
    target_compile_options(conversure_toolchain INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
