package dev.reveille.acceptance.stories;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a story that leaves a process, a listening port or a file behind.
///
/// Stories run side by side, so each is held only to what it started itself. The build gives every
/// JVM that runs stories a temp folder of its own and names it in `TMPDIR`; the launcher, Node and
/// the programs from Debian hand it on. So a process belongs to this JVM's stories when it was
/// started with that `TMPDIR`, even if its parent is gone; a file when it lies in that folder; a
/// port when one of these processes or this JVM listens on it. One JVM plays its stories one after
/// the other; what is there after a story and was not there before it is that story's.
///
/// JUnit loads this class for every test of the module (`META-INF/services`), so that no story can
/// forget it. It looks when everything else of the class was taken down, the folders of `@TempDir`
/// included, and waits a little for what is just ending. What it finds it takes away, so that the
/// next story starts clean.
public final class Leftovers implements BeforeAllCallback {
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final int LONGEST = 200;
  private static final Path PROC = Path.of("/proc");
  private static final Path TEMP = Path.of(System.getProperty("java.io.tmpdir"));

  /// JUnit's store closes what it holds in reverse order: this, put there before anything else of
  /// the class, comes last.
  @Override
  public void beforeAll(final ExtensionContext context) throws IOException {
    if (context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty()) {
      context
          .getStore(ExtensionContext.Namespace.create(Leftovers.class))
          .put("watch", watch(mayStay(context.getRequiredTestClass())));
    }
  }

  /// No name at all matches where nothing was announced.
  private static Pattern mayStay(final Class<?> story) {
    final var announced = story.getAnnotation(LeavesBehind.class);
    return Pattern.compile(announced == null ? "(?!)" : announced.files());
  }

  private static Watch watch(final Pattern mayStay) throws IOException {
    return new Watch(processes().keySet(), ports(), files(), mayStay);
  }

  /// What was there before.
  static final class Watch implements AutoCloseable {
    private final Set<Long> processes;
    private final Set<String> ports;
    private final Set<Path> files;
    private final Pattern mayStay;

    private Watch(
        final Set<Long> processes,
        final Set<String> ports,
        final Set<Path> files,
        final Pattern mayStay) {
      this.processes = Set.copyOf(processes);
      this.ports = ports;
      this.files = files;
      this.mayStay = mayStay;
    }

    /// One line for each thing that is there now and was not.
    List<String> left() throws IOException {
      final var left = new ArrayList<String>();
      processes()
          .forEach((pid, command) -> {
            if (!processes.contains(pid)) {
              left.add("process " + pid + ": " + command);
            }
          });
      for (final var port : ports()) {
        if (!ports.contains(port)) {
          left.add("port " + port + " still listens");
        }
      }
      for (final var file : files()) {
        if (!files.contains(file) && !mayStay.matcher(file.getFileName().toString()).matches()) {
          left.add("file " + file);
        }
      }
      return left;
    }

    @Override
    public void close() throws Exception {
      final long until = System.nanoTime() + ENDING.toNanos();
      var left = left();
      while (!left.isEmpty() && System.nanoTime() < until) {
        TimeUnit.MILLISECONDS.sleep(50);
        left = left();
      }
      takeAway();
      if (!left.isEmpty()) {
        throw new AssertionError("this story leaves behind: " + String.join("; ", left));
      }
    }

    private void takeAway() throws IOException {
      for (final var pid : processes().keySet()) {
        if (!processes.contains(pid)) {
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      for (final var file : files()) {
        if (!files.contains(file)) {
          remove(file.toFile());
        }
      }
    }

    private static void remove(final File file) {
      final var inside = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
      if (inside != null) {
        Stream.of(inside).forEach(Watch::remove);
      }
      final var _ = file.delete();
    }
  }

  // ---- what is there ----------------------------------------------------------------------------

  /// Whether the build gave this JVM a temp folder of its own; other launchers do not.
  private static boolean hasOwnFolder() {
    return TEMP.toString().equals(System.getenv("TMPDIR"));
  }

  private static Map<Long, String> processes() throws IOException {
    final var found = new HashMap<Long, String>();
    final var own = ProcessHandle.current();
    own.descendants().filter(ProcessHandle::isAlive).forEach(child -> note(child, found));
    final var mark = "\0TMPDIR=" + TEMP + "\0";
    if (Files.isDirectory(PROC) && hasOwnFolder()) {
      ProcessHandle.allProcesses()
          .filter(one -> one.pid() != own.pid() && started(one, mark))
          .forEach(one -> note(one, found));
    }
    return found;
  }

  private static void note(final ProcessHandle process, final Map<Long, String> found) {
    final var info = process.info();
    final var command = info.commandLine().or(info::command);
    if (command.isPresent()) { // otherwise it has ended, and only its entry is left
      final var words = command.get();
      found.put(
          process.pid(),
          words.length() <= LONGEST
              ? words
              : "… " + words.substring(words.length() - LONGEST)); // before it stands a class path
    }
  }

  private static boolean started(final ProcessHandle process, final String mark) {
    final var environment = PROC.resolve(process.pid() + "/environ");
    try {
      return ("\0" + Files.readString(environment, StandardCharsets.ISO_8859_1)).contains(mark);
    } catch (IOException gone) {
      return false; // or another user's, which is no story's
    }
  }

  /// The listening ports of this JVM. Those of other processes go with the process.
  private static Set<String> ports() throws IOException {
    final var found = new TreeSet<String>();
    if (!Files.isDirectory(PROC.resolve("self/fd"))) {
      return found;
    }
    final var own = new HashSet<String>();
    try (var all = Files.list(PROC.resolve("self/fd"))) {
      for (final var one : all.toList()) {
        try {
          own.add(Files.readSymbolicLink(one).toString());
        } catch (IOException closed) {
          // while we looked
        }
      }
    }
    for (final var table : List.of("self/net/tcp", "self/net/tcp6")) {
      if (Files.exists(PROC.resolve(table))) {
        for (final var line : Files.readAllLines(PROC.resolve(table))) {
          final var words = line.strip().split("\\s+");
          if (words.length > 9
              && words[3].equals("0A")
              && own.contains("socket:[" + words[9] + "]")) {
            found.add(Integer.valueOf(words[1].replaceFirst(".*:", ""), 16).toString());
          }
        }
      }
    }
    return found;
  }

  /// None where others write to the same temp folder: theirs must stay.
  private static Set<Path> files() throws IOException {
    if (!hasOwnFolder()) {
      return Set.of();
    }
    try (var all = Files.list(TEMP)) {
      return new TreeSet<>(all.toList());
    }
  }
}
