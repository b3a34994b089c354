# SPDX-License-Identifier: MIT
"""gdb commands that show the kernel's objects; ./chbuild gdb loads this file.

    groups              processes as the kernel knows them
    threads [GROUP]     threads with state, priority, CPU and pc; below a caller, the calls it is in
    caps [GROUP]        the capabilities of a process
    regions [GROUP]     its address space
    runq                what runs and what is ready, on each CPU

GROUP is a name or an id of `groups`; without one it is the process on the selected CPU. All is read from
the structs of the kernel that gdb has the symbols of; nothing is called, so it works after a panic too.
"""
import gdb

PAGE_SHIFT = 12
RIGHTS = "RWXCMSTD"  # READ WRITE EXEC COPY MANAGE SIGNAL WAIT DMA (or SERVE, PRINCIPAL): uapi/types.h
VM_FLAGS = ((0x1, "r"), (0x2, "w"), (0x4, "x"))
VM_MORE = ((0x40, "dontfork"), (0x80, "stack"), (0x200, "private"))


def value(expression):
    """The value of a C expression."""
    return gdb.parse_and_eval(expression)


def static(name, file):
    """The static variable `name` of the source `file`."""
    for symbol in gdb.lookup_static_symbols(name):
        if symbol.symtab.filename.endswith(file):
            return symbol.value()
    raise gdb.GdbError(f"{file} has no variable '{name}': is this kernel.elf the one that runs?")


def enum_name(enum, number, prefix):
    """The enumerator of that value, in lower case and without its prefix."""
    for field in gdb.lookup_type("enum " + enum).fields():
        if field.enumval == int(number):
            return field.name[len(prefix):].lower()
    return str(int(number))


def enum_value(name):
    """The value of an enumerator."""
    return int(value(name))


def container(pointer, type_name, member):
    """The struct of which *pointer is the member."""
    struct = gdb.lookup_type("struct " + type_name)
    address = int(pointer) - struct[member].bitpos // 8
    return gdb.Value(address).cast(struct.pointer()).dereference()


def listed(head, type_name, member):
    """The structs on a circular list."""
    first, node = head.address, head["next"]
    while int(node) and int(node) != int(first):
        yield container(node, type_name, member)
        node = node["next"]


def in_order(node, type_name, member):
    """The structs of a red-black tree, smallest first."""
    if not int(node):
        return
    yield from in_order(node["left"], type_name, member)
    yield container(node, type_name, member)
    yield from in_order(node["right"], type_name, member)


def text(array):
    """A char array as a string."""
    return array.string(errors="replace") if array[0] else "-"


def objects(kind, struct):
    """All live objects of a type: OBJ_THREAD, "thread"."""
    head = static("types", "object/object.c")[enum_value(kind)]["all"]
    if not int(head["next"]):
        raise gdb.GdbError("the kernel has not come so far: there are no objects yet")
    for obj in listed(head, "object", "type_link"):
        yield container(obj.address, struct, "obj")


def object_id(obj):
    """The id that object_info shows too."""
    return int(obj["obj"]["id"])


def cpu_count():
    """CPUs that have started: those that have a stack."""
    cpus = value("cpu_locals")
    return sum(1 for i in range(cpus.type.range()[1] + 1) if int(cpus[i]["kstack_top"]))


def running():
    """{address of a thread: the CPU that it is on}."""
    cpus = value("cpu_locals")
    return {int(cpus[cpu]["current"]): cpu for cpu in range(cpu_count())
            if int(cpus[cpu]["current"]) and not int(cpus[cpu]["idle"])}


def pointed(pointer, struct):
    """What a pointer of any type points to, as a struct; None for NULL."""
    if not int(pointer):
        return None
    return pointer.cast(gdb.lookup_type("struct " + struct).pointer()).dereference()


def selected_group(argument):
    """The process that the user means."""
    if not argument:
        cpu = gdb.selected_thread().num - 1 if gdb.selected_thread() else 0
        thread = pointed(value("cpu_locals")[cpu]["current"], "thread")
        if thread is None:
            raise gdb.GdbError("no process on this CPU: name one of those that 'groups' lists")
        return thread["group"].dereference()
    for group in objects("OBJ_CAP_GROUP", "cap_group"):
        if argument in (text(group["name"]), str(object_id(group))):
            return group
    raise gdb.GdbError(f"no process '{argument}'; 'groups' lists them")


def place(pc):
    """An address, with the kernel's name for it if it has one."""
    block = gdb.block_for_pc(pc) if pc >> 63 else None
    while block and not block.function:
        block = block.superblock
    return f"{pc:#x}" + (f" {block.function}" if block and block.function else "")


class Command(gdb.Command):
    """A command with at most one argument; its documentation is the class's."""

    name = ""

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        if len(words) > 1:
            raise gdb.GdbError(f"usage: {self.name} [GROUP]")
        self.show(words[0] if words else "")

    def show(self, argument):
        """Print."""
        raise NotImplementedError


class Groups(Command):
    """groups: processes as the kernel knows them."""

    name = "groups"

    def show(self, argument):
        groups = list(objects("OBJ_CAP_GROUP", "cap_group"))
        print(f"{'id':>5} {'name':<20} {'state':<6} {'threads':>7} {'pages':>7} principal")
        for group in groups:
            pages = int(group["charge"]["pages"]) if int(group["charge"]) else 0
            print(f"{object_id(group):>5} {text(group['name']):<20} "
                  f"{enum_name('group_state', group['state'], 'GROUP_'):<6} "
                  f"{int(group['thread_count']):>7} {pages:>7} {int(group['principal']):#x}")


class Threads(Command):
    """threads [GROUP]: threads, and below each caller the calls that it is in.

    A star marks what runs on a CPU now. The pc of a thread in user space is where it will go on.
    """

    name = "threads"

    def show(self, argument):
        wanted = object_id(selected_group(argument)) if argument else None
        on_cpu, threads = running(), list(objects("OBJ_THREAD", "thread"))
        print(f"{'id':>6} {'thread':<20} {'process':<16} {'state':<8} {'prio':>4} {'cpu':>4} pc")
        for thread in threads:
            if int(thread["ipc"]["caller"]):
                continue  # shown below its caller
            if wanted is None or self.in_group(thread, wanted):
                self.show_chain(thread, on_cpu)

    @staticmethod
    def in_group(thread, group_id):
        """Is the thread, or one that works for it, of that process?"""
        while True:
            if int(thread["group"]) and object_id(thread["group"].dereference()) == group_id:
                return True
            if not int(thread["callee"]):
                return False
            thread = thread["callee"].dereference()

    def show_chain(self, thread, on_cpu):
        """A thread and, indented, those that it waits for."""
        depth = 0
        while True:
            self.show_one(thread, depth, on_cpu)
            if not int(thread["callee"]):
                return
            thread, depth = thread["callee"].dereference(), depth + 1

    @staticmethod
    def show_one(thread, depth, on_cpu):
        """One line."""
        address = int(thread.address)
        sc = pointed(thread["sc"], "sched_ctx")
        name = "  " * depth + ("> " if depth else "") + text(thread["name"])
        group = pointed(thread["group"], "cap_group")
        state = enum_name("thread_state", thread["state"], "THREAD_STATE_")
        if state == "running" and sc is not None and address not in on_cpu:
            state = enum_name("sched_state", sc["state"], "SCHED_")
        priority = str(int(sc["priority"])) if sc is not None else "-"
        home = str(int(sc["home"])) if sc is not None else "-"
        if address in on_cpu:
            home = "*" + str(on_cpu[address])
        kind = enum_name("ipc_frame_kind", thread["ipc"]["kind"], "FRAME_") if depth else ""
        print(f"{object_id(thread):>6} {name:<20} {text(group['name']) if group else '-':<16} "
              f"{state:<8} {priority:>4} {home:>4} {place(int(thread['frame']['pc']))}"
              + (f"  ({kind})" if kind == "fault" else ""))


class Caps(Command):
    """caps [GROUP]: the capabilities of a process, slot by slot.

    Rights: R read, W write, X execute, C copy, M manage, S signal, T wait, D dma, serve or principal.
    """

    name = "caps"

    def show(self, argument):
        group = selected_group(argument)
        print(f"capabilities of {text(group['name'])} ({object_id(group)})")
        print(f"{'slot':>6} {'handle':>18} {'type':<12} {'rights':<8} {'flags':<8} {'object':>6} "
              f"{'refs':>5} detail")
        for index, slot in self.used(group):
            self.show_one(index, slot)

    @staticmethod
    def used(group):
        """(index, slot) of each used slot."""
        chunk_slots, chunks = enum_value("CHUNK_SLOTS"), enum_value("DIR_CHUNKS")
        for root in range(enum_value("ROOT_DIRS")):
            directory = group["root"][root]
            if not int(directory):
                continue
            for number in range(chunks):
                slots = directory[number]["slots"]
                for i in range(chunk_slots) if int(slots) else ():
                    if int(slots[i]["word"]):
                        yield (root * chunks + number) * chunk_slots + i, slots[i]

    def show_one(self, index, slot):
        """One line."""
        word, generation = int(slot["word"]), int(slot["generation"])
        flags = [name for bit, name in ((1, "cloexec"), (2, "inherit")) if generation >> 56 & bit]
        handle = (generation & ((1 << 39) - 1)) << 24 | index
        rights = "".join(letter for bit, letter in enumerate(RIGHTS) if word >> 56 >> bit & 1)
        obj = pointed(gdb.Value(word | 0xffff << 48), "object")
        kind = enum_name("object_type", word >> 48 & 0xff, "OBJ_")
        print(f"{index:>6} {handle:>#18x} {kind:<12} {rights:<8} {','.join(flags):<8} "
              f"{int(obj['id']):>6} {int(obj['refs']):>5} {self.detail(kind, obj)}".rstrip())

    @staticmethod
    def detail(kind, obj):
        """What this type of object is about."""
        if kind in ("thread", "cap_group"):
            return text(container(obj.address, kind, "obj")["name"])
        if kind == "pmo":
            pmo = container(obj.address, "pmo", "obj")
            return (f"{enum_name('pmo_kind', pmo['kind'], 'PMO_')} {int(pmo['size']):#x} bytes, "
                    f"{int(pmo['frames'])} pages present")
        if kind in ("token", "connection"):
            held = container(obj.address, kind, "obj")
            serving = pointed(held["server"]["serving"], "cap_group")
            return (f"server {object_id(held['server'])}"
                    + (f" ({text(serving['name'])})" if serving is not None else "")
                    + f" badge {int(held['drop']['badge']):#x}")
        if kind == "server":
            server = container(obj.address, "server", "obj")
            serving = pointed(server["serving"], "cap_group")
            return (f"{int(server['handlers'])} handlers"
                    + (f" in {text(serving['name'])}" if serving is not None else ", nobody serves"))
        return ""


class Regions(Command):
    """regions [GROUP]: the address space of a process, by rising address."""

    name = "regions"

    def show(self, argument):
        group = selected_group(argument)
        space = pointed(group["vmspace"], "vmspace")
        if space is None:
            raise gdb.GdbError(f"{text(group['name'])} has no address space")
        print(f"regions of {text(group['name'])} ({object_id(group)}), translation table at "
              f"{int(space['pt']['ttbr']) & 0xffffffffffff:#x}, ASID {int(space['pt']['ttbr']) >> 48}")
        print(f"{'start':>16} {'end':>16} prot {'pages':>7} {'object':>6} {'offset':>10} kind")
        for region in in_order(space["regions"]["root"], "vmregion", "node"):
            start, end = int(region["range"]["start"]), int(region["range"]["end"])
            flags, pmo = int(region["flags"]), region["pmo"].dereference()
            prot = "".join(letter if flags & bit else "-" for bit, letter in VM_FLAGS)
            more = [name for bit, name in VM_MORE if flags & bit]
            more += ["being unmapped"] if region["dying"] else []
            print(f"{start:>16x} {end:>16x} {prot:<4} {end - start >> PAGE_SHIFT:>7} "
                  f"{object_id(pmo):>6} {int(region['first']) << PAGE_SHIFT:>#10x} "
                  f"{enum_name('pmo_kind', pmo['kind'], 'PMO_')} {' '.join(more)}".rstrip())


class RunQueues(Command):
    """runq: what runs and what is ready, on each CPU, highest priority first."""

    name = "runq"

    def show(self, argument):
        if argument:
            raise gdb.GdbError("usage: runq")
        cpus, queues = value("cpu_locals"), static("queues", "sched/round_robin.c")
        for cpu in range(cpu_count()):
            thread = pointed(cpus[cpu]["current"], "thread")
            idle = int(cpus[cpu]["idle"]) or thread is None
            print(f"CPU {cpu}: " + ("idle" if idle else "runs " + self.words(thread)))
            for priority in range(queues.type.target()["lists"].type.range()[1], -1, -1):
                if not int(queues[cpu]["present"]) >> priority & 1:
                    continue
                for sc in listed(queues[cpu]["lists"][priority], "sched_ctx", "link"):
                    print(f"    {priority:>2}  {self.words(pointed(sc['top'], 'thread'))}")

    @staticmethod
    def words(thread):
        """A thread in a few words."""
        if thread is None:
            return "-"
        group = pointed(thread["group"], "cap_group")
        return f"{text(thread['name'])} of {text(group['name']) if group else '-'} ({object_id(thread)})"


for command in (Groups, Threads, Caps, Regions, RunQueues):
    command()
