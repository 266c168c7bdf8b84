package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.DeviceToken;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// The surroundings of the wake benches: a server on a copy of the population, held phones, a load,
/// and Apple's simulator in this process, so that one clock serves all of them. Records every push
/// and frame as an event at a phone.
final class WakeStage implements AutoCloseable {
  private static final int AT_ONCE = 8;
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CONFIGURATION =
      "limits: {events-per-second: 10000000, registrations-per-minute: 1000000}\n";

  /// Apple and the sleeping phones of the population, shared by all servers of a bench.
  static final class Platform implements AutoCloseable {
    private final AppleSimulator apple;
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();

    Platform(final Population population) {
      this(population, AppleOptions.DEFAULT);
    }

    Platform(final Population population, final AppleOptions options) {
      this.apple = AppleSimulator.start(options);
      for (final var phone : population.all()) {
        listen(phone.message(), AppSetup.APP);
        listen(phone.voip(), AppSetup.APP + ".voip");
      }
    }

    AppleSimulator apple() {
      return apple;
    }

    /// One more phone that is reached by this token.
    void listen(final String token, final String topic) {
      apple.put(DeviceToken.active(token, topic, false));
      final var _ = apple.connectPhone(token, push -> pushed(token, push));
    }

    private void pushed(final String token, final ArrivedPush push) {
      try {
        arrived(SetupApi.JSON.readTree(push.payload()), token, push.at());
      } catch (final IOException wrong) {
        throw new UncheckedIOException(wrong);
      }
    }

    /// A message says which event it is; of a call only what rings counts, by its UUID.
    private void arrived(final JsonNode where, final String phone, final Instant at) {
      final var message = where.findValue("event-of-bench");
      final var call = where.findValue("call");
      final var as = where.findValue("class");
      if (message != null) {
        arrived(message.asText(), phone, at);
      } else if (call != null && as != null && as.asText().equals("call")) {
        arrived(call.asText(), phone, at);
      }
    }

    private void arrived(final String event, final String phone, final Instant at) {
      final var of = sent.get(event);
      if (of != null) { // of a load of this bench
        of.into().arrived(event, phone, (micros(at) - of.micros()) / 1_000.0);
      }
    }

    @Override
    public void close() {
      apple.close();
    }
  }

  /// @param micros when it was handed in
  private record Sent(ArrivalTimes into, long micros) {}

  private final Platform platform;
  private final PrintStream out;
  private final Path folder;
  private final ServerProcess server;
  private final PhoneNetwork network;
  private final List<Phone> held = new ArrayList<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private LoadGenerator load;

  /// @param heldPhones so many phones with an open live channel, besides the population
  WakeStage(
      final Population population,
      final Platform platform,
      final List<String> otherPorts,
      final int heldPhones,
      final PrintStream out)
      throws IOException, InterruptedException {
    this.platform = platform;
    this.out = out;
    this.folder = Files.createTempDirectory("reveille-wake-");
    try {
      population.copyTo(folder.resolve("data"));
      this.server = new ServerProcess(population.checkout(), folder, CONFIGURATION, "", otherPorts);
    } catch (final IOException failed) {
      BenchStage.remove(folder);
      throw failed;
    }
    this.network = PhoneNetwork.trusting(Files.readString(server.authority()));
    this.load = connected();
    final var apple = platform.apple;
    final var key = apple.makeKey();
    try (var api = server.open()) {
      AppSetup.in(
          api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
      hold(api, heldPhones);
    } catch (final IOException | InterruptedException failed) {
      close(); // or the server would go on by itself
      throw failed;
    }
  }

  private LoadGenerator connected() throws IOException, InterruptedException {
    return new LoadGenerator(
        LoadGenerator.Shape.H2, server.api(), server.authority(), server.key());
  }

  /// Opens new connections for the load: a server closes those that carried nothing for a while.
  void reconnect() throws IOException, InterruptedException {
    load.close();
    load = connected();
  }

  /// Many at once, because each registration is several commits, which then share their way to the
  /// disk.
  private void hold(final SetupApi api, final int count) throws IOException, InterruptedException {
    if (count == 0) {
      return;
    }
    final var shown = new Progress(out, "held phones", count);
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<Phone>>();
      for (int i = 0; i < count; i++) {
        final var user = heldUser(i);
        work.add(() -> {
          final var options = PhoneOptions.at(server.devices(), AppSetup.APP).named(user);
          final var phone = new Phone(network, options, this::shown);
          phone.register(AppSetup.code(api, user));
          phone.foreground();
          shown.step();
          return phone;
        });
      }
      for (final var done : workers.invokeAll(work)) {
        held.add(done.get());
      }
    } catch (final ExecutionException failed) {
      throw new IOException(failed);
    }
    shown.end();
    Thread.sleep(2_000); // until the channels are open
  }

  /// The users of held phones, beside the population; also the name of the phone.
  static String heldUser(final int number) {
    return "held-" + number;
  }

  /// Counts each arrival as it came. The report `message` would not do: a phone makes one only for
  /// the first of two frames of the same event.
  private void shown(final PhoneReport report) {
    if (report.is("arrived") && report.text("kind").equals("message")) {
      platform.arrived(ToSend.eventIn(report.text("text")), report.phone(), report.at());
    }
    violationIn(report).ifPresent(violations::add);
  }

  /// The rule that a report says was broken.
  static Optional<String> violationIn(final PhoneReport report) {
    return report.is("violation")
        ? Optional.of(report.phone() + ": " + report.text("rule") + " " + report.text("detail"))
        : Optional.empty();
  }

  /// Rules of the protocol that the server broke, as the held phones saw it.
  List<String> violations() {
    return List.copyOf(violations);
  }

  /// One event of a load.
  ///
  /// @param phones the push tokens, or names of held phones, that it must reach
  record ToSend(String event, List<String> phones, String body) {
    private static final int TEXT_LENGTH = 80;

    /// The text of the message begins with the event too, because a held phone reports the text of
    /// what arrived, and not its data.
    ///
    /// @param event without spaces
    static ToSend message(final String event, final List<String> users, final List<String> phones) {
      final var to = "\"" + String.join("\",\"", users) + "\"";
      return new ToSend(
          event,
          phones,
          ("{\"source\":\"wake\",\"id\":\"%s\",\"class\":\"message\",\"to\":[%s],\"conversation\":\"c\","
               + "\"content\":{\"title\":\"Wake\",\"text\":\"%s\",\"data\":{\"event-of-bench\":\"%s\"}}}")
              .formatted(event, to, textOf(event), event));
    }

    private static String textOf(final String event) {
      return event + " " + "x".repeat(Math.max(0, TEXT_LENGTH - 1 - event.length()));
    }

    /// The event that the text of a message begins with.
    static String eventIn(final String text) {
      final int end = text.indexOf(' ');
      return end < 0 ? text : text.substring(0, end);
    }

    static ToSend call(final Population.Phone phone) {
      final var call = UUID.randomUUID().toString();
      return new ToSend(
          call,
          List.of(phone.voip()),
          ("{\"source\":\"wake\",\"id\":\"%s\",\"class\":\"call\",\"to\":[\"%s\"],"
               + "\"call\":{\"id\":\"%s\",\"caller\":{\"name\":\"Wake\",\"address\":\"sip:wake@example.com\"}}}")
              .formatted(call, phone.user(), call));
    }
  }

  @FunctionalInterface
  interface Events {
    ToSend number(long number);
  }

  /// Where an event's arrivals are noted.
  @FunctionalInterface
  interface Into {
    ArrivalTimes of(ToSend event);
  }

  /// Hands in at an even rate and waits until all that is due has come. What did not come exactly
  /// once is left to the caller, who asks for [ArrivalTimes#faults] in the end and so sees late
  /// ones.
  ///
  /// @throws IOException when an event was not accepted
  void send(
      final String what,
      final long events,
      final double perSecond,
      final Events which,
      final Into into,
      final List<ArrivalTimes> all)
      throws IOException, InterruptedException {
    final var shown = new Progress(out, what, events);
    load.paced(
        events,
        perSecond,
        number -> {
          final var event = which.number(number);
          final var noted = into.of(event);
          noted.sent(event.event(), event.phones());
          platform.sent.put(event.event(), new Sent(noted, micros(Instant.now())));
          shown.step();
          return event.body().getBytes(StandardCharsets.US_ASCII);
        },
        LONGEST);
    for (final var one : all) {
      final var _ = one.await(PATIENCE);
    }
    shown.end();
  }

  private static long micros(final Instant moment) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
  }

  ServerProcess server() {
    return server;
  }

  /// On the disk that the server keeps its events on.
  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    load.close();
    held.forEach(Phone::close);
    network.close();
    server.close();
    BenchStage.remove(folder);
  }
}
