package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.phone.CallLedger.Ring;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A phone with one app on it.
///
/// In the foreground it holds the live channel, comes back when that breaks, and resumes from its
/// cursor. Suspended it holds nothing but the connection to the push service. A voip push makes it
/// ring at once (the system's rule: a voip push that is no call is a violation), then the app wakes,
/// connects, and asks how the call stands. A tap on an alert brings it to the foreground, where it
/// downloads what it missed.
///
/// All it knows belongs to its own mind ([Serial]): frames, pushes, timers and commands are worked
/// off one after the other. The public methods may be called from any thread.
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
  private final CallLedger calls = new CallLedger();
  private final List<AppleLine> apple = new ArrayList<>();
  private final Set<String> seen = new HashSet<>(); // entries, by event id
  private final Set<String> seenOnThisLine = new HashSet<>();
  private final Map<String, String> alerts = new HashMap<>(); // event or collapse id to event
  private final List<String> violations = new ArrayList<>();

  private App app = App.SUSPENDED;
  private String word = "suspended";
  private @Nullable LiveLine line;
  private boolean welcome;
  private int failures;
  private boolean closed;
  private String cursor = "";
  private int repeats;
  private int replaced;
  private int pushes;
  private int connects;
  private int gaps;

  public Phone(final PhoneNetwork network, final PhoneOptions options, final Consumer<PhoneReport> listener) {
    this.network = network;
    this.options = options;
    this.listener = listener;
    this.mind = network.newMind();
    this.client = new DeviceClient(network.http(), options);
  }

  // ---- commands -----------------------------------------------------------------------------

  /// Gets push tokens from the system and registers with a one-time code. Waits for it.
  public void register(final String code) throws IOException, InterruptedException {
    final var tokens = JSON.createArrayNode();
    if (options.apple().isPresent()) {
      if (options.hasOneChannel()) {
        tokens.add(pushToken(options.apple().get(), "single", options.topic() + ".voip"));
      } else {
        tokens.add(pushToken(options.apple().get(), "voip", options.topic() + ".voip"));
        tokens.add(pushToken(options.apple().get(), "message", options.topic()));
      }
    }
    final var answer = client.register(code, tokens);
    asked(
        () -> {
          cursor = answer.path("cursor").asText();
          report("registered", fields().put("installation", client.installation()).put("user", answer.path("user").asText()));
          return true;
        });
  }

  private ObjectNode pushToken(final URI control, final String channel, final String topic)
      throws IOException, InterruptedException {
    final var token = AppleLine.newToken(network, control, topic, options.sandbox());
    final var connection =
        new AppleLine(
            network,
            control,
            token,
            push -> {
              final var at = Instant.now();
              mind.execute(() -> pushed(push, at));
            });
    connection.open();
    synchronized (apple) {
      apple.add(connection);
    }
    return fields()
        .put("service", "apns")
        .put("channel", channel)
        .put("token", token)
        .put("sandbox", options.sandbox());
  }

  /// The user opens the app.
  public void foreground() {
    mind.execute(() -> comeToFront("foreground"));
  }

  /// The app leaves the screen: it says so, and closes its channel.
  ///
  /// @param reported `background`, `locked`, `screen-off`, `suspended` or `stopped`
  public void suspend(final String reported) {
    mind.execute(
        () -> {
          app = App.SUSPENDED;
          word = reported;
          say(fields().put("frame", "state").put("state", reported));
          hangUp();
        });
  }

  /// The app leaves the screen and says so, but its channel stays open.
  public void suspendButStayConnected(final String reported) {
    mind.execute(
        () -> {
          app = App.AWAKE;
          word = reported;
          say(fields().put("frame", "state").put("state", reported));
        });
  }

  /// The system freezes the app without a word: its channel stays open and reads nothing.
  public void freeze() {
    mind.execute(
        () -> {
          if (line != null) {
            line.freeze();
          }
        });
  }

  public void thaw() {
    mind.execute(
        () -> {
          if (line != null) {
            line.thaw();
          }
        });
  }

  /// The network is gone: nothing is said, the channel just breaks.
  public void loseNetwork() {
    mind.execute(
        () -> {
          app = App.SUSPENDED;
          hangUp();
        });
  }

  /// The user answers a call that rings; a report `answered` tells how it went.
  public void answer(final String call) {
    mind.execute(() -> act("answer", "answered", call, fields()));
  }

  /// @param everywhere on all of the user's devices, otherwise only here
  public void decline(final String call, final boolean everywhere) {
    mind.execute(() -> act("decline", "declined", call, fields().put("everywhere", everywhere)));
  }

  /// The user taps an alert.
  public void tap(final String event) {
    mind.execute(
        () -> {
          receipt(event, "read");
          comeToFront("foreground");
        });
  }

  /// Reports what became of an entry.
  public void mark(final String event, final String mark) {
    mind.execute(() -> receipt(event, mark));
  }

  public void signOut() {
    mind.execute(
        () -> {
          app = App.SUSPENDED;
          hangUp();
          sent(client.send("POST", "/sign-out", null), "sign-out", _ -> report("signed-out", fields()));
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

  public PhoneCounters counters() {
    return asked(
        () -> {
          final var rings = calls.rings();
          return new PhoneCounters(
              rings.values().stream().mapToInt(Integer::intValue).sum(),
              calls.folded(), calls.ended(), seen.size(), repeats, alerts.size(), replaced, pushes, connects, gaps,
              violations, rings);
        });
  }

  private <T> T asked(final java.util.function.Supplier<T> question) {
    final var answer = new CompletableFuture<T>();
    mind.execute(
        () -> {
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
    mind.execute(
        () -> {
          closed = true;
          hangUp();
        });
    synchronized (apple) {
      apple.forEach(AppleLine::close);
    }
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
    seenOnThisLine.clear();
    welcome = false;
    final var holder = new LiveLine[1];
    holder[0] =
        LiveLine.open(
            network.http(),
            client.live(),
            client.token(),
            hello,
            frame -> {
              final var at = Instant.now();
              mind.execute(
                  () -> {
                    if (line == holder[0]) {
                      received(frame, at);
                    }
                  });
            },
            (code, why) ->
                mind.execute(
                    () -> {
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
    network.in(Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most)), () -> mind.execute(this::connect));
  }

  private void hangUp() {
    if (line != null) {
      line.close();
      line = null;
    }
  }

  private void say(final ObjectNode frame) {
    if (line != null) {
      line.send(frame);
    }
  }

  private void received(final JsonNode frame, final Instant at) {
    switch (frame.path("frame").asText()) {
      case "welcome", "behind" -> {
        if (frame.path("frame").asText().equals("welcome")) {
          welcome = true;
          failures = 0;
          connects++;
          report("connected", fields());
        } else {
          report("behind", fields());
        }
        final var still = new HashSet<String>();
        frame.path("ringing").forEach(call -> still.add(call.asText()));
        calls.ringing().stream().filter(call -> !still.contains(call)).forEach(this::askState);
        cursor(frame);
      }
      case "call" -> {
        acknowledge(frame);
        ring(
            frame.path("call").asText(),
            frame.path("event").asText(),
            Optional.of(Instant.parse(frame.path("ringsUntil").asText())),
            frame.path("caller").path("name").asText(),
            frame.path("state").asBoolean() ? "state" : "live",
            at);
      }
      case "call-over" -> {
        acknowledge(frame);
        over(frame.path("call").asText(), frame.path("how").asText(), at);
      }
      case "entry", "change" -> entry(frame, at);
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
      case "done" -> acted(frame, true);
      case "error" -> {
        if (frame.hasNonNull("call")) {
          acted(frame, false);
        } else {
          report("trouble", fields().put("detail", frame.toString()));
        }
      }
      default -> violation("unknown-frame", frame.path("frame").asText());
    }
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

  private void entry(final JsonNode frame, final Instant at) {
    final var event = frame.path("event").asText();
    if (!seenOnThisLine.add(event)) {
      violation("entry-twice-on-one-channel", event);
    }
    if (seen.add(event)) {
      report(frame.path("frame").asText().equals("change") ? "change" : "message", at, ((ObjectNode) frame).deepCopy());
    } else {
      repeats++;
    }
    cursor(frame);
    if (frame.hasNonNull("position")) {
      say(fields().put("frame", "ack").put("upTo", frame.path("position").asText()));
    } else {
      acknowledge(frame);
    }
  }

  // ---- the push service ---------------------------------------------------------------------

  private void pushed(final JsonNode push, final Instant at) {
    pushes++;
    final var envelope = PushedEnvelope.of(push);
    if (envelope.voip() && !options.hasOneChannel() && !envelope.rings()) {
      violation("voip-push-without-call", push.path("payload").toString()); // the system ends such an app
    }
    if (envelope.rings() && envelope.voip()) {
      ring(envelope.call(), envelope.event(), envelope.expires(), envelope.caller(), "push", at);
      receipt(envelope.event(), "received");
      wake(envelope.call());
    } else if (!envelope.how().isEmpty() && !envelope.call().isEmpty()) {
      over(envelope.call(), envelope.how(), at);
      show(envelope, at);
    } else if (envelope.shows()) {
      show(envelope, at);
    } else {
      report("woken", at, fields().put("event", envelope.event()));
      receipt(envelope.event(), "received");
    }
  }

  /// A push woke the app: it connects and learns how the call stands.
  private void wake(final String call) {
    if (options.hasOneChannel()) {
      comeToFront("foreground"); // iOS 12 brings the app to the front by itself
    } else if (app == App.SUSPENDED) {
      app = App.AWAKE;
      word = "background";
      connect();
    }
    askState(call);
  }

  private void show(final PushedEnvelope envelope, final Instant at) {
    if (!envelope.shows()) {
      return;
    }
    final var fold = envelope.collapse().isEmpty() ? envelope.event() : envelope.collapse();
    final var before = alerts.put(fold, envelope.event());
    if (before != null) {
      replaced++;
    }
    report(
        "alert",
        at,
        fields()
            .put("event", envelope.event())
            .put("title", envelope.title())
            .put("text", envelope.text())
            .put("replaces", before == null ? "" : before));
    receipt(envelope.event(), "shown");
    options
        .tapsAfter()
        .ifPresent(delay -> network.in(delay, () -> tap(envelope.event())));
  }

  private void receipt(final String event, final String mark) {
    if (!options.receipts() || event.isEmpty()) {
      return;
    }
    final var body = fields();
    body.putArray("receipts").addObject().put("event", event).put("mark", mark);
    sent(client.send("POST", "/receipts", body), "receipt", _ -> {});
  }

  // ---- calls --------------------------------------------------------------------------------

  private void ring(
      final String call,
      final String event,
      final Optional<Instant> until,
      final String caller,
      final String via,
      final Instant at) {
    switch (calls.ring(call, until, at)) {
      case RANG -> {
        report("rang", at, fields().put("call", call).put("event", event).put("via", via).put("caller", caller));
        options.answerAfter().ifPresent(delay -> network.in(delay, () -> ifRinging(call, () -> answer(call))));
        options.declineAfter().ifPresent(delay -> network.in(delay, () -> ifRinging(call, () -> decline(call, true))));
      }
      case FOLDED -> {}
      case AFTER_END -> violation("ring-after-end", call + " by " + via);
      case TOO_LATE -> violation("ring-too-late", call + " by " + via + ", " + until.map(Instant::toString).orElse(""));
    }
  }

  private void ifRinging(final String call, final Runnable action) {
    mind.execute(
        () -> {
          if (calls.isRinging(call)) {
            action.run();
          }
        });
  }

  private void over(final String call, final String how, final Instant at) {
    if (calls.over(call)) {
      report("ring-over", at, fields().put("call", call).put("how", how));
    }
    if (app == App.AWAKE && word.equals("background") && calls.ringing().isEmpty()) {
      app = App.SUSPENDED; // the app falls asleep again
      hangUp();
    }
  }

  private void askState(final String call) {
    sent(
        client.send("GET", "/calls/" + call, null),
        "call state",
        answer -> {
          if (answer.path("state").asText().equals("over")) {
            over(call, answer.path("how").asText(), Instant.now());
          }
        });
  }

  private void act(final String verb, final String report, final String call, final ObjectNode fields) {
    if (line != null && welcome) {
      say(fields.put("frame", verb).put("call", call).put("id", verb));
      return;
    }
    sent(
        client.send("POST", "/calls/" + call + "/" + verb, fields),
        verb,
        answer -> settled(report, call, answer.hasNonNull("code") ? answer.path("call") : answer, !answer.hasNonNull("code")));
  }

  private void acted(final JsonNode frame, final boolean done) {
    final var call = frame.path("call");
    final var report = frame.path("of").asText().equals("answer") ? "answered" : "declined";
    settled(report, call.path("call").asText(), call, done);
  }

  private void settled(final String report, final String call, final JsonNode state, final boolean done) {
    report(report, fields().put("call", call).put("done", done).put("how", state.path("how").asText("")));
    over(call, state.path("how").asText(report), Instant.now());
  }

  // ---- reports ------------------------------------------------------------------------------

  /// What a request was answered, back in the phone's mind.
  private void sent(final CompletableFuture<JsonNode> request, final String what, final Consumer<JsonNode> then) {
    request.whenComplete(
        (answer, failure) ->
            mind.execute(
                () -> {
                  if (failure != null) {
                    report("trouble", fields().put("detail", what + ": " + failure.getMessage()));
                  } else {
                    then.accept(answer);
                  }
                }));
  }

  private static ObjectNode fields() {
    return JSON.createObjectNode();
  }

  private void violation(final String rule, final String detail) {
    violations.add(rule + ": " + detail);
    report("violation", fields().put("rule", rule).put("detail", detail));
  }

  private void report(final String what, final ObjectNode fields) {
    report(what, Instant.now(), fields);
  }

  private void report(final String what, final Instant at, final ObjectNode fields) {
    listener.accept(new PhoneReport(options.name(), at, what, fields));
  }
}
