package dev.reveille.protocols.rest;

import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.ServerClock.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// Says what reading one event of 318 bytes costs. Run by hand: `java -cp CLASSPATH
/// dev.reveille.protocols.rest.ParseCost`.
final class ParseCost {
  private static final int EVENTS = 2_000_000;

  private ParseCost() {}

  public static void main(final String... args) {
    final var organisation = new OrganisationId("default");
    final var users = List.of(new UserId(organisation, "u000042"));
    final var now = Instant.now();
    final var event = event();
    for (int round = 0; round < 5; round++) {
      long sum = 0;
      long begin = cpuNanos();
      for (int i = 0; i < EVENTS; i++) {
        sum += bare(event);
      }
      final double bare = (cpuNanos() - begin) / (double) EVENTS;
      begin = cpuNanos();
      for (int i = 0; i < EVENTS; i++) {
        if (EventReader.read(event) instanceof EventReader.Request.One(var draft)) {
          sum += draft.given;
        }
      }
      final double read = (cpuNanos() - begin) / (double) EVENTS;
      begin = cpuNanos();
      final var draft = ((EventReader.Request.One) EventReader.read(event)).draft();
      for (int i = 0; i < EVENTS; i++) {
        sum += draft.event(organisation, users, new Reading(now, 1)).recipients().size();
      }
      final double made = (cpuNanos() - begin) / (double) EVENTS;
      begin = cpuNanos();
      for (int i = 0; i < EVENTS; i++) {
        sum += draft.hash(users);
      }
      final double hashed = (cpuNanos() - begin) / (double) EVENTS;
      System.out.printf(
          "tokens alone %.0f ns, read %.0f ns, event made %.0f ns, hashed %.0f ns (%d)%n",
          bare, read, made, hashed, sum & 7);
    }
  }

  /// What the parser costs that does nothing with what it reads.
  private static int bare(final byte[] event) {
    try (var in = JsonParsers.parser(event, 0, event.length)) {
      int sum = 0;
      for (var token = in.nextToken(); token != null; token = in.nextToken()) {
        sum += token == JsonToken.VALUE_STRING ? in.getText().length() : 1;
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The thread's own time: others may use the machine meanwhile.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static byte[] event() {
    final var head =
        "{\"source\":\"bench\",\"id\":\"run1-000000000042\",\"class\":\"message\",\"to\":[\"u000042\"],"
            + "\"conversation\":\"standup\",\"content\":{\"title\":\"Morning\",\"text\":\"";
    return (head + "x".repeat(318 - head.length() - 3) + "\"}}")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
