# SPDX-License-Identifier: MIT
#
# Programs for the target. Each is linked with its debug sections into debug/FOLDER/NAME.elf, for
# gdb (not NAME: Ninja would make it a target, and has help and clean already); what
# goes into the ramdisk is FOLDER/NAME without them, its symbols kept for backtraces. The file
# installed.txt lists what this build folder installs, so that nothing stale is.

set(CHCORE_INSTALLED ${CMAKE_BINARY_DIR}/installed.txt CACHE INTERNAL "seen by all folders")
file(WRITE ${CHCORE_INSTALLED} "")

# add_guest_program(NAME FOLDER SOURCE...): a program to be installed as /FOLDER/NAME.
function(add_guest_program name folder)
    string(REPLACE / _ target ${folder}_${name})
    add_executable(${target} ${ARGN})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}.elf
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/debug/${folder})
    target_compile_options(${target} PRIVATE ${CHCORE_WARNINGS} ${CHCORE_COMMON})
    if(CHCORE_PART STREQUAL programs) # the SDK's compiler brings all it needs
        set(lib ${CMAKE_FIND_ROOT_PATH}/usr/lib)
        set_target_properties(${target} PROPERTIES LINK_DEPENDS "${lib}/libc.a;${lib}/libchcore.a")
    else()
        target_link_options(${target} PRIVATE -static -no-pie -mfix-cortex-a53-843419
            LINKER:--build-id=none,-z,max-page-size=4096,-z,separate-code,-z,noexecstack)
    endif()
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/${folder})
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_OBJCOPY} --strip-debug
            $<TARGET_FILE:${target}> ${CMAKE_BINARY_DIR}/${folder}/${name} VERBATIM)
    file(APPEND ${CHCORE_INSTALLED} "${folder}/${name}\n")
endfunction()

# add_guest_folders(FOLDER LIBRARIES): each sub-folder with C files here becomes a program.
function(add_guest_folders folder libraries)
    file(GLOB sources CONFIGURE_DEPENDS */*.c */*.S)
    set(names "")
    foreach(source ${sources})
        cmake_path(GET source PARENT_PATH parent)
        cmake_path(GET parent FILENAME name)
        if(NOT name STREQUAL lib)
            list(APPEND names ${name})
            list(APPEND sources_of_${name} ${source})
        endif()
    endforeach()
    list(REMOVE_DUPLICATES names)
    foreach(name ${names})
        add_guest_program(${name} ${folder} ${sources_of_${name}})
        target_link_libraries(${folder}_${name} PRIVATE ${libraries})
    endforeach()
endfunction()

# add_guest_links(NAME FOLDER LINK...): symbolic links to a program in the same folder.
function(add_guest_links name folder)
    foreach(link ${ARGN})
        file(CREATE_LINK ${name} ${CMAKE_BINARY_DIR}/${folder}/${link} SYMBOLIC)
        file(APPEND ${CHCORE_INSTALLED} "${folder}/${link}\n")
    endforeach()
endfunction()
