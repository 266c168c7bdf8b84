package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.HubName;
import dev.reveille.protocols.blob.FakeContainers;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A hub and containers for its jobs.
final class HubJobStage implements AutoCloseable {
  static final String IMPORTED = "/box/import.txt";

  private static final String NAMESPACE =
      " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\"";

  final FakeContainers there = new FakeContainers();
  final HubUnderTest hub = new HubUnderTest();

  HubJobStage() {
    hub.allowed = there.origin();
  }

  // ---- jobs -----------------------------------------------------------------------------------

  String order(final String type, final String output, final String input) {
    return "<?xml version=\"1.0\"?><entry xmlns=\"http://www.w3.org/2005/Atom\"><content"
        + " type=\"application/xml\"><NotificationHubJob"
        + NAMESPACE
        + "><Type>"
        + type
        + "</Type><OutputContainerUri>"
        + output.replace("&", "&amp;")
        + "</OutputContainerUri>"
        + (input.isEmpty() ? "" : "<ImportFileUri>" + input + "</ImportFileUri>")
        + "</NotificationHubJob></content></entry>";
  }

  /// An order whose container lets itself be written to.
  String order(final String type) {
    return order(type, there.url("/box"), type.startsWith("Export") ? "" : there.url(IMPORTED));
  }

  HttpResponse<String> asked(final String order, final String... headers) {
    return hub.call("POST", "/news/jobs" + VERSION, order, headers);
  }

  /// The id of a job that was taken.
  String submitted(final String type) {
    final var made = asked(order(type));
    assertEquals(201, made.statusCode(), made.body());
    assertFalse(made.body().contains("right"), "a signature is shown");
    return between(made.body(), "JobId");
  }

  /// The id of a job whose server stopped while a container held its request of this number.
  String stoppedInRequest(final int number, final String type) throws InterruptedException {
    final var reached = new CountDownLatch(1);
    final var requests = new AtomicInteger();
    there.before =
        () -> {
          if (requests.incrementAndGet() == number) {
            reached.countDown();
            new CountDownLatch(1).await();
          }
        };
    final var job = submitted(type);
    reached.await();
    hub.jobs.close();
    there.before = () -> {};
    return job;
  }

  String shown(final String job) {
    final var shown = hub.call("GET", "/news/jobs/" + job + VERSION, "");
    assertEquals(200, shown.statusCode(), shown.body());
    assertFalse(shown.body().contains("right"), "a signature is shown");
    return shown.body();
  }

  /// What is said of a job when it has ended.
  String ended(final String job) {
    final var last = new AtomicReference<>("");
    Eventually.holds(
        () -> {
          final var said = shown(job);
          last.set(said);
          return said.contains("<Status>Completed") || said.contains("<Status>Failed");
        },
        () -> "the job has ended; it is " + last.get());
    return String.valueOf(last.get());
  }

  /// Puts lines into a file and imports it; answers the job when it has completed.
  String imported(final String type, final String... lines) {
    there.put(IMPORTED, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    final var job = submitted(type);
    final var said = ended(job);
    assertEquals("Completed", between(said, "Status"), said);
    return job;
  }

  /// Numbers of an ended job: how many succeeded and how many failed.
  static List<String> counts(final String said) {
    return List.of(property(said, "Succeeded"), property(said, "Failed"));
  }

  /// An output property; "" when it has none.
  static String property(final String said, final String key) {
    final var begin = "<d3p1:Key>" + key + "</d3p1:Key><d3p1:Value>";
    final int from = said.indexOf(begin);
    return from < 0
        ? ""
        : said.substring(from + begin.length(), said.indexOf('<', from + begin.length()));
  }

  List<String> lines(final String job, final String file) {
    final var path = "/box/news/" + job + "/" + file;
    return there.file(path).isEmpty() ? List.of() : there.text(path).lines().toList();
  }

  // ---- registrations --------------------------------------------------------------------------

  /// A line of a file for an iPhone.
  static String line(final String id, final String token, final String tags) {
    return "<AppleRegistrationDescription"
        + NAMESPACE
        + ">"
        + (id.isEmpty() ? "" : "<RegistrationId>" + id + "</RegistrationId>")
        + (tags.isEmpty() ? "" : "<Tags>" + tags + "</Tags>")
        + "<DeviceToken>"
        + token
        + "</DeviceToken></AppleRegistrationDescription>";
  }

  static String token(final int number) {
    return "%064x".formatted(number);
  }

  /// Registers so many at once.
  void registerMany(final int count) {
    final List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final var line = line("r" + i, token(i), "many,number:" + i);
      final var said = AtomRegistrations.readLine(line.getBytes(StandardCharsets.UTF_8));
      entries.add(KeptRegistrations.entry(hub.hub, "r" + i, said, Instant.now()));
    }
    final var _ = hub.store.hubs().putAll(hub.hub.key(), entries);
  }

  /// What is registered, by ids, without what differs between hubs.
  Map<String, String> content(final Hub of) {
    final Map<String, String> content = new TreeMap<>();
    for (final var kept : kept(of)) {
      final var shown = KeptRegistrations.shown(kept).orElseThrow();
      content.put(shown.id(), shown.as(shown.id(), "", Instant.EPOCH).toString());
    }
    return content;
  }

  List<Versioned> kept(final Hub of) {
    return hub.store.hubs().list(of.key(), new Filter.All(), 0, 100_000, Long.MAX_VALUE).entries();
  }

  /// The ids of what is registered.
  List<String> ids() {
    return kept(hub.hub).stream().map(each -> each.entry().id()).sorted().toList();
  }

  Hub another(final String name) {
    return hub.hubs.add(HubUnderTest.ACME, new HubName(name), "test");
  }

  @Override
  public void close() {
    there.close();
    hub.close();
  }
}
