package dev.reveille.bench;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Many users with one or two sleeping iPhones each, in a data directory. Each server is started on
/// a copy, so that its caches know none of them.
///
/// They are written through the registry of the build whose servers are measured, without HTTP: a
/// hundred thousand users are there within a minute or two. Names and tokens are the same whichever
/// build it was. A folder named with `--phones` keeps them for later benches.
final class Population implements Registered {
  /// Users besides the population, for warming up and for what is measured beside it.
  static final int SPARE = 1_000;

  private static final String LIST = "population.txt";
  private static final Duration STALLED = Duration.ofMinutes(2);

  /// One phone with its two push tokens.
  record Phone(String user, String message, String voip) {}

  /// Where the population of a build comes from.
  interface Source {
    Population of(Checkout checkout) throws IOException;
  }

  private final Checkout checkout;
  private final Path data;
  private final @Nullable Path temporary;
  private final List<List<Phone>> phones = new ArrayList<>();
  private final int users;

  /// @param checkout whose build registers them
  /// @param users of whom every second has two phones; [#SPARE] more have one
  /// @param kept where they are kept for later benches; absent for nowhere
  Population(
      final Checkout checkout, final int users, final @Nullable Path kept, final PrintStream out)
      throws IOException {
    this.checkout = checkout;
    this.users = users;
    final int all = users + SPARE;
    if (kept != null && Files.exists(kept.resolve(LIST))) {
      this.temporary = null;
      this.data = kept.resolve("data");
      read(kept.resolve(LIST), all);
      return;
    }
    final var quick = quickFolder();
    try {
      register(checkout, quick, users, out);
    } catch (final IOException failed) {
      BenchStage.remove(quick);
      throw failed;
    }
    if (kept == null) {
      this.temporary = quick;
      this.data = quick.resolve("data");
    } else {
      this.temporary = null;
      this.data = kept.resolve("data");
      Files.createDirectories(kept);
      copy(quick.resolve("data"), data);
      Files.copy(quick.resolve(LIST), kept.resolve(LIST)); // the last: now it is complete
      BenchStage.remove(quick);
    }
    read((kept == null ? quick : kept).resolve(LIST), all);
  }

  private static void register(
      final Checkout checkout, final Path folder, final int users, final PrintStream out)
      throws IOException {
    final var progress = new Progress(out, "registering users" + checkout.where(), users + SPARE);
    try (var process =
        new LaunchedProcess(
            checkout,
            "the registration" + checkout.where(),
            folder.resolve("registration.txt"),
            Map.of("REVEILLE_BUILD", "never"),
            "bench-server",
            "register",
            folder.resolve("data").toString(),
            folder.resolve(LIST).toString(),
            AppSetup.APP,
            String.valueOf(users),
            String.valueOf(SPARE))) {
      for (var line = process.await("", STALLED);
          !line.equals("done");
          line = process.await("", STALLED)) {
        progress.at(Long.parseLong(line));
      }
    }
    progress.end();
  }

  private static Path quickFolder() throws IOException {
    final var memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "reveille-users-")
        : Files.createTempDirectory("reveille-users-");
  }

  /// The population comes first in the list, the spare users after it.
  private void read(final Path list, final int wanted) throws IOException {
    for (final var line : Files.readAllLines(list)) {
      final var words = line.split(" ");
      final var phone = new Phone(words[0], words[1], words[2]);
      if (phones.isEmpty() || !phones.getLast().getFirst().user().equals(phone.user())) {
        phones.add(new ArrayList<>());
      }
      phones.getLast().add(phone);
    }
    if (phones.size() < wanted) {
      throw new IOException(
          "%s has %,d users and %,d are wanted: name another folder with --phones"
              .formatted(list.getParent(), phones.size() - SPARE, wanted - SPARE));
    }
  }

  @Override
  public Checkout checkout() {
    return checkout;
  }

  /// Counts all that were registered, which may be more than are asked for.
  @Override
  public String size() {
    final var registered = phones.subList(0, phones.size() - SPARE);
    return "%,d users with %,d phones"
        .formatted(registered.size(), registered.stream().mapToInt(List::size).sum());
  }

  int users() {
    return users;
  }

  /// The phones of a user of the population.
  List<Phone> of(final int user) {
    return phones.get(user);
  }

  /// The phone of a user who stands beside the population.
  Phone spare(final int number) {
    return phones.get(phones.size() - SPARE + number).getFirst();
  }

  /// All phones, those of spare users too.
  List<Phone> all() {
    return phones.stream().flatMap(List::stream).toList();
  }

  /// A server's data directory with all of them.
  void copyTo(final Path folder) throws IOException {
    copy(data, folder);
  }

  private static void copy(final Path from, final Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (final var path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()), COPY_ATTRIBUTES);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (temporary != null) {
      BenchStage.remove(temporary);
    }
  }
}
