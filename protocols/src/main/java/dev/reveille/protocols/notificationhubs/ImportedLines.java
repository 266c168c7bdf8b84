package dev.reveille.protocols.notificationhubs;

import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes, changes or removes what the lines of a file name, many in one commit. A line that was
/// done before a restart is done once more and comes to the same: one without an id has one that
/// follows from its job and its number. For the job's thread alone.
final class ImportedLines implements HubImport.Lines {
  private static final int BATCH = 500;

  /// Waits until there is room on the disk.
  @FunctionalInterface
  interface Room {
    void await() throws InterruptedException;
  }

  /// A line that waits for its batch.
  ///
  /// @param entry null for one that is to be removed
  private record Waiting(
      long number, String text, String id, @Nullable HubRegistration said, @Nullable Entry entry) {}

  private final HubJob.Type type;
  private final String job;
  private final Hubs hubs;
  private final Hub hub;
  private final HubRegistrations registrations;
  private final Supplier<Instant> now;
  private final Room room;
  private final HubJobFailures failures;
  private final HubJobProgress progress;
  private final List<Waiting> waiting = new ArrayList<>();

  /// @param job its id
  ImportedLines(
      final HubJob.Type type,
      final String job,
      final Hubs hubs,
      final Hub hub,
      final HubRegistrations registrations,
      final Supplier<Instant> now,
      final Room room,
      final HubJobFailures failures,
      final HubJobProgress progress) {
    this.type = type;
    this.job = job;
    this.hubs = hubs;
    this.hub = hub;
    this.registrations = registrations;
    this.now = now;
    this.room = room;
    this.failures = failures;
    this.progress = progress;
  }

  @Override
  public void take(final long number, final byte[] line) throws InterruptedException {
    final var text = new String(line, StandardCharsets.UTF_8).strip();
    try {
      waiting.add(read(number, text, line));
    } catch (final HubRefused refused) {
      failures.add(which(number), refused.problem().detail(), text);
    }
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  private Waiting read(final long number, final String text, final byte[] line) {
    if (type == HubJob.Type.IMPORT_DELETE) {
      final var named = needed(AtomRegistrations.idIn(line));
      refuseInstallation(named);
      return new Waiting(number, text, named, null, null);
    }
    final var said = AtomRegistrations.readLine(line);
    refuseInstallation(said.id());
    final var id =
        type == HubJob.Type.IMPORT_CREATE && said.id().isEmpty()
            ? made(number)
            : needed(KeptRegistrations.checkedId(said.id()));
    return new Waiting(number, text, id, said, KeptRegistrations.entry(hub, id, said, now.get()));
  }

  /// An export lists installations too. Taken for registrations, each would be told twice.
  private static void refuseInstallation(final String id) {
    if (InstallationCalls.isListed(id)) {
      throw HubRefused.malformed(
          "RegistrationId: "
              + id
              + " is an installation; jobs import and remove registrations only");
    }
  }

  private static String needed(final String id) {
    if (id.isEmpty()) {
      throw HubRefused.malformed("RegistrationId: is missing");
    }
    return id;
  }

  private String made(final long number) {
    return UUID.nameUUIDFromBytes((job + " " + number).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String which(final long number) {
    return "line " + number;
  }

  @Override
  public void flush() throws InterruptedException {
    if (waiting.isEmpty()) {
      return;
    }
    if (type != HubJob.Type.IMPORT_DELETE) {
      room.await();
    }
    final var answers = hubs.write(hub, this::write);
    for (int i = 0; i < answers.size(); i++) {
      final var line = waiting.get(i);
      final var complaint = complaint(line, answers.get(i));
      if (complaint.isEmpty()) {
        progress.done++;
      } else {
        failures.add(which(line.number()), complaint.get(), line.text());
      }
    }
    waiting.clear();
  }

  private List<Written> write() {
    return switch (type) {
      case IMPORT_CREATE -> put(new Condition.Absent());
      case IMPORT_UPDATE -> put(new Condition.Exists());
      case IMPORT_UPSERT, EXPORT -> put(new Condition.Any());
      case IMPORT_DELETE ->
          registrations.removeAll(
              hub.key(), waiting.stream().map(Waiting::id).toList(), Kind.REGISTRATION);
    };
  }

  private List<Written> put(final Condition condition) {
    final var entries = new ArrayList<Entry>();
    for (final var line : waiting) {
      if (line.entry() != null) {
        entries.add(line.entry());
      }
    }
    return registrations.putAll(hub.key(), entries, condition);
  }

  /// Why nothing came of a line; empty when it did, or had before.
  private Optional<String> complaint(final Waiting line, final Written answer) {
    final boolean removes = type == HubJob.Type.IMPORT_DELETE;
    return switch (answer) {
      case Written.Done _ -> Optional.empty();
      case Written.NotThere _ when removes -> Optional.empty();
      case Written.Gone _ when removes -> Optional.empty();
      case Written.NotThere _ -> Optional.of("there is no registration " + line.id());
      case Written.Gone _ ->
          Optional.of(
              "the registration "
                  + line.id()
                  + " was removed, and its id is not used again for "
                  + HubRegistrations.GONE_IDS_KEPT.toDays()
                  + " days; leave RegistrationId out");
      case Written.OtherVersion _ ->
          isThere(line)
              ? Optional.empty()
              : Optional.of("there is a registration " + line.id() + " with other content");
      case Written.OtherKind _ ->
          Optional.of(line.id() + " is the id of an installation, and not of a registration");
    };
  }

  private boolean isThere(final Waiting line) {
    final var kept =
        registrations
            .find(hub.key(), line.id())
            .filter(found -> found.entry().kind() == Kind.REGISTRATION)
            .map(KeptRegistrations::read);
    return Optional.ofNullable(line.said())
        .filter(said -> kept.filter(there -> KeptRegistrations.isSame(there, said)).isPresent())
        .isPresent();
  }
}
