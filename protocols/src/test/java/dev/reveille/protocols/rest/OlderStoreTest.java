package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.SenderId;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.Senders;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.TestClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory that an older version left, killed while a push waited for Apple, which was out
/// of reach, and messages had just been accepted: this version reads all of it and finishes it.
///
/// `older-store.zip` was written by the commit before everything that is sent took one shape, and
/// `older-store.json` holds what its API answered about it.
final class OlderStoreTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OrganisationId DEFAULT = new OrganisationId("default");

  /// What Apple took, in order.
  private static final List<Push> taken = Collections.synchronizedList(new ArrayList<>());

  @TempDir private static Path directory;

  private static JsonNode before;
  private static ApiUnderTest api;
  private static ApiUnderTest.Caller caller;

  private static final class Apple implements Sender {
    @Override
    public SenderId id() {
      return PushService.APNS.sender();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      group.forEach(push -> {
        taken.add(push);
        outcomes.outcome(push, new HandedOver("taken"));
      });
    }

    @Override
    public void close() {}
  }

  @BeforeAll
  static void start() throws IOException {
    try (InputStream recorded = file("older-store.json")) {
      before = JSON.readTree(recorded);
    }
    try (ZipInputStream zip = new ZipInputStream(file("older-store.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        final var to = directory.resolve("data").resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.copy(zip, to);
      }
    }
    final var accepted = Instant.parse(before.at("/trails/call/event/acceptedAt").asText());
    final var clock = new TestClock(accepted.plusSeconds(5));
    api = new ApiUnderTest(directory, clock, Senders.of(List.of(new Apple())));
    caller = api.caller(DEFAULT, Right.values());
    clock.set(accepted.plusSeconds(15)); // the moment in which phones may come back is over
  }

  private static InputStream file(final String name) {
    return Objects.requireNonNull(OlderStoreTest.class.getResourceAsStream(name), name);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static JsonNode trail(final String name) {
    return caller.get("/v1/events/" + before.at("/ids/" + name).asText() + "/trail").body();
  }

  private static String words(final Push push) {
    return switch (push.content()) {
      case PushContent.Notice notice ->
          notice.title() + " | " + notice.text() + " to " + push.to().token().value().charAt(0);
      case PushContent.Ours other -> other.getClass().getSimpleName();
      case PushContent.Native _ -> "native";
    };
  }

  @Test
  void what_was_settled_reads_as_it_did() {
    assertEquals(before.at("/trails/muted"), trail("muted"));
  }

  @Test
  void what_waited_and_what_was_just_accepted_goes_out_once_and_is_settled() {
    Eventually.holds(
        () -> trail("waits").path("settled").asBoolean() && isSettled("/late/results"),
        () -> trail("waits") + " " + taken);
    final var told = new TreeMap<String, Integer>();
    List.copyOf(taken).forEach(push -> told.merge(words(push), 1, Integer::sum));
    Stream.of("Lunch?", "late 0", "late 1", "late 2", "late 3", "late 4")
        .forEach(text -> assertEquals(1, told.get("Ben | " + text + " to c"), told::toString));
    final var old = before.at("/trails/waits/devices/0/tries");
    final var now = trail("waits").at("/devices/0/tries");
    for (int i = 0; i < old.size(); i++) {
      assertEquals(old.get(i), now.get(i), "tries of the former run stay");
    }
    assertEquals("handed-over", now.get(now.size() - 1).path("outcome").asText());
  }

  private static boolean isSettled(final String list) {
    return stream(before.at(list))
        .map(one -> caller.get("/v1/events/" + one.path("event").asText() + "/trail").body())
        .allMatch(trail -> trail.path("settled").asBoolean());
  }

  private static Stream<JsonNode> stream(final JsonNode list) {
    final var all = new ArrayList<JsonNode>();
    list.forEach(all::add);
    return all.stream();
  }

  @Test
  void registry_settings_and_inbox_say_what_they_said() {
    assertSame("/settings", "/v1/settings/push-notification/global");
    assertSame("/app", "/v1/apps/com.example.phone");
    assertSame("/anna", "/v1/users/anna");
    assertSame("/ben", "/v1/users/ben/protection");
  }

  /// What a newer version adds may be there too.
  private static void assertSame(final String pointer, final String path) {
    final var now = caller.get(path).body();
    before
        .at(pointer)
        .properties()
        .forEach(field ->
            assertEquals(field.getValue(), now.path(field.getKey()), path + " " + field.getKey()));
    assertTrue(before.at(pointer).size() > 0, pointer);
  }
}
