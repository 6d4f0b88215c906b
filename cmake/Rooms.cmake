# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One CMake target per room. A room's headers are included as "room/Header.h" through a directory that holds
# nothing but that room, so they are reachable only for targets that link it; which those are is written once,
# in cmake/rooms.txt.

file(STRINGS "${CMAKE_SOURCE_DIR}/cmake/rooms.txt" CONVERSURE_ROOM_LINES REGEX "^[a-z]")
set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/cmake/rooms.txt")

# conversure_room_uses(<room> <out>): the rooms that <room> may use; fails when the table has no such room.
function(conversure_room_uses room out)
    foreach(line IN LISTS CONVERSURE_ROOM_LINES)
        if(line MATCHES "^${room}:(.*)$")
            string(STRIP "${CMAKE_MATCH_1}" uses)
            string(REPLACE " " ";" uses "${uses}")
            set(${out} "${uses}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    message(FATAL_ERROR "${room} has no line in cmake/rooms.txt")
endfunction()

# conversure_room_target(<room> <out>): the name of the room's CMake target.
function(conversure_room_target room out)
    string(REPLACE "/" "_" flat "${room}")
    set(${out} "conversure_${flat}" PARENT_SCOPE)
endfunction()

function(conversure_link_rooms target)
    foreach(used IN LISTS ARGN)
        conversure_room_target(${used} used_target)
        target_link_libraries(${target} PRIVATE $<TARGET_NAME_IF_EXISTS:${used_target}>)
    endforeach()
endfunction()

# conversure_precompiled(<kind> [LINK <library>…])
# Makes the precompiled header cmake/pch/<kind>.h, for any target that sees those libraries. Targets of one kind share
# it: GCC takes 9 s of processor time to write one, and it saves 2 s in each file that uses it.
function(conversure_precompiled kind)
    cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
    set(target "conversure_pch_${kind}")
    set(source "${CMAKE_BINARY_DIR}/pch/${kind}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "")
    add_library(${target} OBJECT "${source}")
    set_target_properties(${target} PROPERTIES AUTOMOC OFF AUTORCC OFF)
    target_link_libraries(${target} PRIVATE Qt6::Core conversure_toolchain ${ARG_LINK})
    target_precompile_headers(${target} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch/${kind}.h")
endfunction()

function(conversure_use_precompiled target kind)
    target_precompile_headers(${target} REUSE_FROM "conversure_pch_${kind}")
endfunction()

conversure_precompiled(core)
conversure_precompiled(widgets LINK Qt6::Widgets)

# conversure_room(<room> [LINK <library>…] [PUBLIC_LINK <library>…] [PCH <kind>])
# Makes the static library of a room from every .cpp and .h below the current directory.
# LINK: libraries only its own sources see; PUBLIC_LINK: libraries whose headers its headers include.
# PCH: its precompiled header, by default core.
function(conversure_room room)
    cmake_parse_arguments(ARG "" "PCH" "LINK;PUBLIC_LINK;RESOURCES" ${ARGN})
    conversure_room_target(${room} target)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    add_library(${target} STATIC ${sources} ${ARG_RESOURCES})

    set(doorway "${CMAKE_BINARY_DIR}/rooms/${target}")
    get_filename_component(parent "${doorway}/${room}" DIRECTORY)
    file(MAKE_DIRECTORY "${parent}")
    if(NOT EXISTS "${doorway}/${room}")
        file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${doorway}/${room}" SYMBOLIC)
    endif()
    target_include_directories(${target} PUBLIC "${doorway}")

    conversure_room_uses(${room} uses)
    conversure_link_rooms(${target} ${uses})
    target_link_libraries(${target} PUBLIC Qt6::Core PRIVATE conversure_toolchain ${ARG_LINK})
    if(ARG_PUBLIC_LINK)
        target_link_libraries(${target} PUBLIC ${ARG_PUBLIC_LINK})
    endif()
    if(NOT ARG_PCH)
        set(ARG_PCH core)
    endif()
    conversure_use_precompiled(${target} ${ARG_PCH})
endfunction()

# conversure_program(<name> ROOM <app/room>): an executable from the sources of the current directory.
function(conversure_program name)
    cmake_parse_arguments(ARG "" "ROOM" "LINK;RESOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    add_executable(${name} ${sources} ${ARG_RESOURCES})
    conversure_room_uses(${ARG_ROOM} uses)
    conversure_link_rooms(${name} ${uses})
    target_link_libraries(${name} PRIVATE Qt6::Core conversure_toolchain ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE CONVERSURE_VERSION="${PROJECT_VERSION}")
    conversure_use_precompiled(${name} core)
endfunction()

# conversure_test(<folder> ROOMS <room>… [LINK <library>…] [PCH <kind>] [ENVIRONMENT <K=V>…] [NEEDS <program>…]
#                 [FAULTS <K=V>…])
# One test program for one test folder: every *Test.cpp in it registers its classes (tests/support/TestMain.h).
# PCH: its precompiled header, by default test.
# FAULTS: `./dev faults` runs it once more, with this environment and with more time.
function(conversure_test folder)
    cmake_parse_arguments(ARG "" "TIMEOUT;PCH" "ROOMS;LINK;ENVIRONMENT;NEEDS;FAULTS" ${ARGN})
    set(name "test_${folder}")
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.h")
    add_executable(${name} ${sources})
    conversure_link_rooms(${name} ${ARG_ROOMS})
    target_link_libraries(${name} PRIVATE conversure_test_support Qt6::Test conversure_toolchain ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE
        CONVERSURE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CONVERSURE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    if(NOT ARG_PCH)
        set(ARG_PCH test)
    endif()
    conversure_use_precompiled(${name} ${ARG_PCH})
    if(ARG_NEEDS)
        add_dependencies(${name} ${ARG_NEEDS})
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 900)
    endif()
    add_test(NAME ${folder} COMMAND ${name})
    set_tests_properties(${folder} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;${ARG_ENVIRONMENT}")
    if(ARG_FAULTS)
        add_test(NAME ${folder}_faults COMMAND ${name})
        set_tests_properties(${folder}_faults PROPERTIES LABELS faults TIMEOUT 3600
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;QTEST_FUNCTION_TIMEOUT=3600000;${ARG_ENVIRONMENT};${ARG_FAULTS}")
    endif()
endfunction()
