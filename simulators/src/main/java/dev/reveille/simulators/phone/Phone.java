package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A simulated phone with one app on it, as a witness of what the server does.
///
/// In the foreground it holds the live channel, comes back when that breaks, and resumes from its
/// cursor. Suspended it holds nothing but the connection to the push service. A voip push makes it
/// ring at once (the system's rule: a voip push that is no call is a violation), then the app
/// wakes, connects, and asks how the call stands. A tap on an alert brings it to the foreground,
/// where it downloads what it missed.
///
/// All its state belongs to its own serial executor ([Serial]): frames, pushes, timers and commands
/// are worked off one after the other. The public methods may be called from any thread.
public final class Phone implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

  private enum App {
    FOREGROUND,
    SUSPENDED,
    AWAKE // in the background, for a call
  }

  private final PhoneNetwork network;
  private final PhoneOptions options;
  private final Consumer<PhoneReport> listener;
  private final Serial mind;
  private final DeviceClient client;
  private final CallScreen calls;
  private final NotificationTray tray;
  private final PushLines system;
  private final Optional<HandleClaims> claims;
  private final ArrivalRecord arrivals;
  private final Downloads downloads;
  private final List<String> violations = new ArrayList<>();

  private App app = App.SUSPENDED;
  private String word = "suspended";
  private @Nullable LiveSocket line;
  private boolean welcome;
  private int failures;
  private boolean closed;
  private String cursor = "";
  private int channels;
  private int connects;
  private int gaps;

  public Phone(
      final PhoneNetwork network,
      final PhoneOptions options,
      final Consumer<PhoneReport> listener) {
    this.network = network;
    this.options = options;
    this.listener = listener;
    this.mind = network.newMind();
    this.client = new DeviceClient(network.http(), options);
    this.calls = new CallScreen(this, options, network);
    this.system = new PushLines(network, options, this::pushed);
    this.claims = options.house().map(it -> new HandleClaims(network.http(), it, options.app()));
    this.tray = new NotificationTray(this, calls, options, network);
    this.downloads = new Downloads(this);
    this.arrivals =
        new ArrivalRecord(options.name(), one -> report("arrived", one.at(), one.fields()));
  }

  // ---- commands -----------------------------------------------------------------------------

  /// Gets push tokens from the system and registers with a one-time code. Waits for it.
  public void register(final String code) throws IOException, InterruptedException {
    final var tokens = system.newTokens();
    final var answer =
        client.register(code, claims.isEmpty() ? tokens : claims.get().inPlaceOf(tokens));
    asked(() -> {
      cursor = answer.path("cursor").asText();
      report(
          "registered",
          fields()
              .put("installation", client.installation())
              .put("user", answer.path("user").asText()));
      return true;
    });
  }

  /// The user opens the app.
  public void foreground() {
    mind.execute(() -> comeToFront("foreground"));
  }

  /// The app leaves the screen: it says so, and closes its channel.
  ///
  /// @param reported `background`, `locked`, `screen-off`, `suspended` or `stopped`
  public void suspend(final String reported) {
    mind.execute(() -> {
      app = App.SUSPENDED;
      word = reported;
      say(fields().put("frame", "state").put("state", reported));
      hangUp();
    });
  }

  /// The app leaves the screen and says so, but its channel stays open.
  public void suspendButStayConnected(final String reported) {
    mind.execute(() -> {
      app = App.AWAKE;
      word = reported;
      say(fields().put("frame", "state").put("state", reported));
    });
  }

  /// The system freezes the app without a word: its channel stays open and reads nothing.
  public void freeze() {
    mind.execute(() -> {
      if (line != null) {
        line.freeze();
      }
    });
  }

  public void thaw() {
    mind.execute(() -> {
      if (line != null) {
        line.thaw();
      }
    });
  }

  /// The network is gone: nothing is said, the channel just breaks.
  public void loseNetwork() {
    mind.execute(() -> {
      app = App.SUSPENDED;
      hangUp();
    });
  }

  /// The user answers a call that rings; a report `answered` tells how it went.
  public void answer(final String call) {
    mind.execute(() -> calls.answer(call));
  }

  /// @param everywhere on all of the user's devices, otherwise only here
  public void decline(final String call, final boolean everywhere) {
    mind.execute(() -> calls.decline(call, everywhere));
  }

  /// The user taps an alert.
  public void tap(final String event) {
    mind.execute(() -> {
      receipt(event, "read");
      comeToFront("foreground");
    });
  }

  /// Reports what became of an entry.
  public void mark(final String event, final String mark) {
    mind.execute(() -> receipt(event, mark));
  }

  public void signOut() {
    mind.execute(() -> {
      app = App.SUSPENDED;
      hangUp();
      request("POST", "/sign-out", Optional.empty(), _ -> report("signed-out", fields()));
    });
  }

  public String installation() {
    return client.installation();
  }

  /// The device token: for tests that speak as this phone.
  public String deviceToken() {
    return client.token();
  }

  public String cursor() {
    return asked(() -> cursor);
  }

  public List<String> ringing() {
    return asked(calls::ringing);
  }

  /// Everything that reached this phone, as it came.
  public ArrivalRecord arrivals() {
    return arrivals;
  }

  public PhoneCounters counters() {
    return asked(() -> {
      final var rings = calls.ledger().ringsPerEvent();
      return new PhoneCounters(
          rings.values().stream().mapToInt(Integer::intValue).sum(),
          calls.ledger().folded(),
          calls.ledger().ended(),
          downloads.entries(),
          downloads.repeats(),
          tray.alerts(),
          tray.replaced(),
          tray.pushes(),
          connects,
          gaps,
          violations,
          rings);
    });
  }

  private <T> T asked(final java.util.function.Supplier<T> question) {
    final var answer = new CompletableFuture<T>();
    mind.execute(() -> {
      try {
        answer.complete(question.get());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer.orTimeout(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void close() {
    mind.execute(() -> {
      closed = true;
      hangUp();
    });
    system.close();
  }

  // ---- the live channel ---------------------------------------------------------------------

  private void comeToFront(final String reported) {
    app = App.FOREGROUND;
    word = reported;
    if (line == null) {
      connect();
    } else {
      say(fields().put("frame", "state").put("state", word));
    }
  }

  private void connect() {
    if (closed || app == App.SUSPENDED || line != null) {
      return;
    }
    final var hello = fields().put("frame", "hello").put("state", word);
    if (!cursor.isEmpty()) {
      hello.put("cursor", cursor);
    }
    downloads.newChannel();
    welcome = false;
    final int channel = ++channels;
    final var holder = new LiveSocket[1];
    holder[0] =
        LiveSocket.open(
            network.http(),
            client.live(),
            client.token(),
            hello,
            frame -> {
              final var at = Instant.now();
              mind.execute(() -> {
                if (line == holder[0]) {
                  arrivals.frame(frame, channel, at);
                  received(frame, at);
                }
              });
            },
            (code, why) ->
                mind.execute(() -> {
                  if (line == holder[0]) {
                    lineEnded(code, why);
                  }
                }));
    line = holder[0];
  }

  private void lineEnded(final int code, final String why) {
    line = null;
    if (welcome) {
      report("disconnected", fields().put("code", code).put("why", why));
    }
    failures++;
    final long most = Math.min(LONGEST_PAUSE.toMillis(), 50L << Math.min(failures, 10));
    network.in(
        Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most)),
        () -> mind.execute(this::connect));
  }

  private void hangUp() {
    if (line != null) {
      line.close();
      line = null;
    }
  }

  void say(final ObjectNode frame) {
    if (line != null) {
      line.send(frame);
    }
  }

  private void received(final JsonNode frame, final Instant at) {
    switch (frame.path("frame").asText()) {
      case "welcome" -> {
        welcome = true;
        failures = 0;
        connects++;
        report("connected", fields());
        resumed(frame);
      }
      case "behind" -> {
        report("behind", fields());
        resumed(frame);
      }
      case "call" -> {
        acknowledge(frame);
        ring(frame, at);
      }
      case "call-over" -> {
        acknowledge(frame);
        calls.over(frame.path("call").asText(), frame.path("how").asText(), at);
      }
      case "entry", "change" -> {
        downloads.entry(frame, at);
        cursor(frame);
        if (frame.hasNonNull("position")) {
          say(fields().put("frame", "ack").put("upTo", frame.path("position").asText()));
        } else {
          acknowledge(frame);
        }
      }
      case "caught-up" -> {
        cursor(frame);
        report("caught-up", fields());
      }
      case "gap" -> {
        gaps++;
        report("gap", fields());
      }
      case "ping" -> say(fields().put("frame", "pong"));
      case "go-away" -> {
        final var delay = Duration.parse(frame.path("delay").asText());
        report("go-away", fields().put("delay", delay.toString()));
        hangUp();
        network.in(delay, () -> mind.execute(this::connect));
      }
      case "done" -> calls.acted(frame, true);
      case "error" -> {
        if (frame.hasNonNull("call")) {
          calls.acted(frame, false);
        } else {
          report("trouble", fields().put("detail", frame.toString()));
        }
      }
      default -> violation("unknown-frame", frame.path("frame").asText());
    }
  }

  /// The server says which calls ring: the state of all others that ring here is asked for.
  private void resumed(final JsonNode frame) {
    final var still = new HashSet<String>();
    frame.path("ringing").forEach(call -> still.add(call.asText()));
    calls.ringing().stream().filter(call -> !still.contains(call)).forEach(calls::askState);
    cursor(frame);
  }

  private void ring(final JsonNode frame, final Instant at) {
    calls.ring(
        frame.path("call").asText(),
        frame.path("event").asText(),
        Optional.of(Instant.parse(frame.path("ringsUntil").asText())),
        frame.path("caller").path("name").asText(),
        frame.path("state").asBoolean() ? "state" : "live",
        at);
  }

  private void cursor(final JsonNode frame) {
    if (frame.hasNonNull("position")) {
      cursor = frame.path("position").asText();
    }
  }

  private void acknowledge(final JsonNode frame) {
    if (frame.hasNonNull("event")) {
      final var ack = fields().put("frame", "ack");
      ack.putArray("events").add(frame.path("event").asText());
      say(ack);
    }
  }

  private void pushed(final JsonNode push) {
    final var at = Instant.now();
    mind.execute(() -> {
      arrivals.push(push, at);
      if (claims.isEmpty() || !claims.get().takes(push)) {
        tray.arrived(push, at);
      }
    });
  }

  void receipt(final String event, final String mark) {
    if (!options.receipts() || event.isEmpty()) {
      return;
    }
    final var body = fields();
    body.putArray("receipts").addObject().put("event", event).put("mark", mark);
    request("POST", "/receipts", Optional.of(body), _ -> {});
  }

  // ---- reports ------------------------------------------------------------------------------

  /// Asks the server; the answer is worked off on the phone's own executor.
  void request(
      final String method,
      final String path,
      final Optional<ObjectNode> body,
      final Consumer<JsonNode> then) {
    client
        .send(method, path, body.orElse(null))
        .whenComplete((answer, failure) -> think(() -> told(method, path, answer, failure, then)));
  }

  private void told(
      final String method,
      final String path,
      final JsonNode answer,
      final @Nullable Throwable failure,
      final Consumer<JsonNode> then) {
    if (failure == null) {
      then.accept(answer);
    } else {
      final var detail = method + " " + path + ": " + failure.getMessage();
      report("trouble", fields().put("detail", detail));
    }
  }

  /// Runs a task on the phone's own executor.
  void think(final Runnable thought) {
    mind.execute(thought);
  }

  boolean isConnected() {
    return line != null && welcome;
  }

  /// A push woke the app: it connects and learns how its calls stand.
  void wake() {
    if (options.hasOneChannel()) {
      comeToFront("foreground"); // iOS 12 brings the app to the front by itself
    } else if (app == App.SUSPENDED) {
      app = App.AWAKE;
      word = "background";
      connect();
    }
  }

  /// The last ring is over: an app that was only awake for it falls asleep again.
  void nothingRings() {
    if (app == App.AWAKE && word.equals("background")) {
      app = App.SUSPENDED;
      hangUp();
    }
  }

  private static ObjectNode fields() {
    return JSON.createObjectNode();
  }

  void violation(final String rule, final String detail) {
    violations.add(rule + ": " + detail);
    report("violation", fields().put("rule", rule).put("detail", detail));
  }

  private void report(final String what, final ObjectNode fields) {
    report(what, Instant.now(), fields);
  }

  void report(final String what, final Instant at, final ObjectNode fields) {
    listener.accept(new PhoneReport(options.name(), at, what, fields));
  }
}
