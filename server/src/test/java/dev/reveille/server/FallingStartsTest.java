package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process that dies of one event at each start, until a start gives that event up; `check`
/// names it by what the store tells of it.
class FallingStartsTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final AppId APP = new AppId("com.example.phone");
  private static final UserId ANNA = new UserId(ACME, "anna");
  private static final UserId BEN = new UserId(ACME, "ben");
  private static final String ANNAS_PHONE = "annas";
  private static final int MOST_STARTS = 9;

  /// A start that neither falls nor gives the event up within this time is ended by us.
  private static final int SECONDS_OF_A_START = 60;

  @TempDir private Path folder;

  private SqliteStore open() {
    return SqliteStore.open(
        folder.resolve("data"), StoreSettings.defaults(), InstantSource.system());
  }

  private static void person(
      final SqliteStore store, final UserId user, final String phone, final char token) {
    final var now = Instant.now();
    store.registry().keepUser(new User(user, "", List.of(), Preferences.DEFAULT), "test");
    store
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(phone),
                ACME,
                APP,
                Platform.IOS,
                18,
                "",
                List.of(user),
                List.of(
                    new PushAddress.Direct(
                        PushService.APNS,
                        PushChannel.VOIP,
                        APP,
                        false,
                        new PushToken(String.valueOf(token).repeat(64)),
                        now)),
                Map.of(),
                now,
                now),
            "test");
  }

  /// What a former run accepted and did not come to.
  private static long accepted(final SqliteStore store, final String id, final UserId user) {
    final var until = Instant.now().plus(Duration.ofMinutes(5));
    final var call =
        new Event.IncomingCall(
            new EventKey(ACME, "pbx", id),
            List.of(user),
            "call",
            new CallId(UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))),
            new Caller("Carla", "sip:carla@example.org"),
            false,
            new Life(until, until));
    final var told = new CompletableFuture<EventJournal.Answer>();
    store
        .journal()
        .append(List.of(new EventJournal.Submission(call, call.hashCode(), told::complete)));
    told.orTimeout(30, TimeUnit.SECONDS).join();
    return store.journal().lastSequence();
  }

  /// One start.
  ///
  /// @param status with which the process ended
  /// @param pushed the events that it pushed, in this order
  private record Start(int status, List<Long> pushed, String said) {}

  /// Starts the server. Ends it in order when it gave an event up and all of these were pushed.
  ///
  /// @param missing what no start has pushed yet; becomes fewer
  private Start start(final Path configuration, final Set<Long> missing) throws Exception {
    final var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FallingStarts.class.getName(),
                configuration.toString(),
                folder.resolve("data").toString(),
                ANNA.name())
            .redirectErrorStream(true)
            .start();
    final var limit =
        process
            .onExit()
            .orTimeout(SECONDS_OF_A_START, TimeUnit.SECONDS)
            .exceptionally(late -> process.destroyForcibly());
    try (var lines = process.inputReader()) {
      return read(process, lines, missing);
    } finally {
      limit.cancel(false);
      process.destroyForcibly();
    }
  }

  private static Start read(
      final Process process, final BufferedReader lines, final Set<Long> missing)
      throws IOException, InterruptedException {
    final var pushed = new ArrayList<Long>();
    final var said = new StringBuilder();
    boolean gaveUp = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      gaveUp |= line.contains("it is given up");
      if (line.startsWith(FallingStarts.PUSHED)) {
        final long event = Long.parseLong(line.substring(FallingStarts.PUSHED.length()));
        pushed.add(event);
        missing.remove(event);
      }
      if (gaveUp && missing.isEmpty()) {
        process.getOutputStream().close();
      }
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), said::toString);
    return new Start(process.exitValue(), pushed, said.toString());
  }

  @Test
  void an_event_on_which_the_process_dies_is_given_up_and_the_server_stands() throws Exception {
    final long before;
    final long poison;
    final long after;
    try (var store = open()) {
      store.registry().keepOrganisation(ACME, "test");
      store.registry().keepApp(new App(APP, ACME, "Phone", APP.value(), ""), "test");
      store
          .settings()
          .put(
              ACME,
              Setting.PUSH_NOTIFICATION,
              Setting.GLOBAL,
              Map.of("apple", List.of("true")),
              -1,
              "test");
      person(store, ANNA, ANNAS_PHONE, 'a');
      person(store, BEN, "bens", 'b');
      before = accepted(store, "before", BEN);
      poison = accepted(store, "poison", ANNA);
      after = accepted(store, "after", BEN);
    }
    final var configuration =
        Files.writeString(folder.resolve("reveille.yaml"), "live: {drain: PT0S}\n");
    final var starts = new ArrayList<Start>();
    final var missing = new HashSet<>(Set.of(before, after));
    do {
      starts.add(start(configuration, missing));
    } while (starts.getLast().status() != 0 && starts.size() < MOST_STARTS);

    final var last = starts.getLast();
    assertEquals(0, last.status(), last::said);
    // two that crashed, three that crashed while they worked on the event, and the one that stands
    assertEquals(6, starts.size(), last::said);
    for (final var fallen : starts.subList(0, 5)) {
      assertEquals(FallingStarts.DIED, fallen.status(), fallen::said);
      assertFalse(fallen.pushed().contains(poison), fallen::said);
    }
    assertFalse(last.pushed().contains(poison), last::said);
    assertEquals(Set.of(), missing, "what no start pushed");

    try (var store = open()) {
      final var why =
          store.trail().of(poison).stream()
              .filter(TrailEntry.NoDevice.class::isInstance)
              .map(line -> ((TrailEntry.NoDevice) line).why())
              .toList();
      assertEquals(List.of(Reason.GIVEN_UP_AT_START), why);
      assertEquals("RV-228", why.getFirst().code());
      assertTrue(store.journal().find(poison).isPresent(), "it is kept");
      final var told = store.starts().givenUp(ACME, Instant.EPOCH).orElseThrow();
      assertEquals(1, told.events());
      assertEquals(poison, told.newest());
      assertFalse(
          store.journal().unfinished().stream()
              .anyMatch(left -> left.stored().sequence() == poison));
      assertEquals(0, store.starts().begins(), "the last one stood");
    }
  }
}
