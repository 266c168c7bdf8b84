package dev.reveille.cli.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.phone.Line.LineEvent;
import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.GracefulStop;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import dev.reveille.cli.wire.ServerTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A phone in the terminal, for `reveille phone`: registers with a one-time code, holds its live
/// channel, reconnects when that breaks, shows what arrives, and does what is typed: single keys in
/// a terminal, lines from a pipe.
///
/// Everything happens on one thread: the readers of the keyboard and of the channel only put what
/// they read into a queue.
public final class TerminalPhone implements Handset.PhoneActions {

  /// The options with which a phone is started.
  ///
  /// @param code one-time code; "" when the phone is kept in a file already
  /// @param keep a file that makes it the same phone next time; "" for a phone that signs out at
  ///   its end
  /// @param state the app's state at the start
  /// @param platform `ios`, `android`, … or `other`
  /// @param osMajor 0 when it does not matter
  /// @param json print frames as they come instead of words
  public record Wishes(
      String app,
      String code,
      String keep,
      String state,
      String platform,
      int osMajor,
      boolean json) {}

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int UNAUTHORIZED = 401;
  private static final int SIGNED_OUT = 4320;
  private static final int REPLACED = 4607;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /// What happens to a phone, in one order.
  private sealed interface PhoneEvent {
    record Typed(String line) implements PhoneEvent {}

    record InputEnded() implements PhoneEvent {}

    /// @param of the line that it came from; those of an older line are ignored
    record FromLine(int of, LineEvent event) implements PhoneEvent {}
  }

  private final CommandEnvironment here;
  private final ServerTarget target;
  private final HttpClient http;
  private final RegisteredPhone device;
  private final boolean json;
  private final Handset handset;
  private final Screen screen;
  private boolean byKeys;
  private final BlockingQueue<PhoneEvent> happenings = new LinkedBlockingQueue<>();
  private @Nullable WebSocket line;
  private int lineNumber;
  private boolean wantsLine = true;
  private boolean on = true;
  private Duration pause = FIRST_PAUSE;
  private Duration awayFor = Duration.ZERO;

  private TerminalPhone(
      final CommandEnvironment here,
      final Api api,
      final RegisteredPhone device,
      final Wishes wishes) {
    this.here = here;
    this.target = api.target();
    this.http = api.http();
    this.device = device;
    this.json = wishes.json();
    this.handset = new Handset(this, device.cursor(), wishes.state());
    final boolean terminal =
        here.interactive() && !wishes.json() && !here.variable("TERM").equals("dumb");
    this.byKeys = terminal;
    this.screen = new Screen(here.out(), terminal);
  }

  /// Runs a phone until it is switched off, or, when its input ends, until the channel closes.
  public static void run(final CommandEnvironment here, final Api api, final Wishes wishes) {
    final Path file = here.file(wishes.keep());
    final boolean kept = !wishes.keep().isEmpty();
    final RegisteredPhone device =
        kept && Files.exists(file) ? RegisteredPhone.read(file) : register(api, wishes);
    if (kept) {
      device.keep(file);
    }
    final var phone = new TerminalPhone(here, api, device, wishes);
    try (var _ = new GracefulStop(phone::leave)) {
      phone.liveInTerminal();
      if (!kept) {
        api.asDevice(device.token()).post("sign-out", Json.object());
      }
    } finally {
      if (kept) {
        device.at(phone.handset.cursor()).keep(file);
      }
    }
  }

  private static RegisteredPhone register(final Api api, final Wishes wishes) {
    if (wishes.code().isEmpty()) {
      throw Failure.misuse(
          "A new phone needs a code.",
          "Get one with `reveille users code USER --app APP`, or give --user USER and a key that"
              + " may make one.");
    }
    final ObjectNode body =
        Json.object()
            .put("app", wishes.app())
            .put("code", wishes.code())
            .put("platform", wishes.platform());
    if (wishes.osMajor() > 0) {
      body.put("osMajor", wishes.osMajor());
    }
    return RegisteredPhone.of(api.asDevice("").post("installations", body));
  }

  /// From another thread: the phone should be switched off.
  private void leave() {
    happenings.add(new PhoneEvent.Typed("quit"));
  }

  /// Reads keys where there is a terminal, otherwise lines.
  private void liveInTerminal() {
    final var terminal = byKeys ? RawTerminal.enter() : Optional.<RawTerminal>empty();
    byKeys = terminal.isPresent();
    try (var _ = screen) {
      live();
    } finally {
      terminal.ifPresent(RawTerminal::close);
    }
  }

  private void live() {
    Thread.ofVirtual().name("keyboard").start(byKeys ? this::readKeys : this::readInput);
    show("This is " + device.installation() + " of " + device.user() + ".");
    if (byKeys) {
      show(KeyBindings.HELP + ".");
    }
    open();
    while (on) {
      try {
        screen.status(device.user() + ": " + handset.summary());
        final Duration wait = wantsLine && line == null ? pauseBeforeNext() : Duration.ofDays(1);
        final PhoneEvent next = happenings.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          connect();
        } else {
          happen(next);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        on = false;
      }
    }
    hangUp();
  }

  private Duration pauseBeforeNext() {
    return awayFor.compareTo(pause) > 0 ? awayFor : pause;
  }

  private void happen(final PhoneEvent event) {
    switch (event) {
      case PhoneEvent.Typed(var words) -> handset.typed(words);
      case PhoneEvent.InputEnded _ -> {
        if (here.interactive()) {
          on = false;
        }
      }
      case PhoneEvent.FromLine(var number, var lineEvent) -> {
        if (number == lineNumber) {
          heard(lineEvent);
        }
      }
    }
  }

  private void heard(final LineEvent event) {
    switch (event) {
      case LineEvent.Text(var text) -> {
        if (json) {
          screen.printRaw(text);
        }
        final JsonNode frame = Json.read(text);
        if ("go-away".equals(frame.path("frame").asText())) {
          awayFor = Duration.parse(frame.path("delay").asText("PT1S"));
        }
        handset.received(frame);
      }
      case LineEvent.Over(var code, var why) -> {
        line = null;
        handset.closed(why);
        comeBackUnless(code);
      }
    }
  }

  /// A phone that was sent away for good must not come back.
  private static void comeBackUnless(final int code) {
    switch (code) {
      case SIGNED_OUT ->
          throw Failure.no("This phone was signed out.", "Register anew with another code.");
      case REPLACED ->
          throw Failure.no(
              "The same phone was opened a second time; that one goes on.",
              "Give each phone a file of its own with --keep.");
      default -> {}
    }
  }

  private void connect() {
    final int number = ++lineNumber;
    try {
      line =
          Line.open(
              http,
              channel(),
              device.token(),
              event -> happenings.add(new PhoneEvent.FromLine(number, event)));
      pause = FIRST_PAUSE;
      awayFor = Duration.ZERO;
      handset.opened();
    } catch (WebSocketHandshakeException e) {
      if (e.getResponse().statusCode() == UNAUTHORIZED) {
        throw Failure.no(
            "The server does not know this phone any more.",
            "Register anew: without --keep FILE, or after removing the file.");
      }
      tryLater("the server answered " + e.getResponse().statusCode());
    } catch (IOException e) {
      tryLater(String.valueOf(e.getMessage()));
    }
  }

  private void tryLater(final String why) {
    final Duration next = pause.multipliedBy(2);
    show("No channel: " + why + ". Next try in " + pause.toSeconds() + " s.");
    pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  private URI channel() {
    final String address = target.devicesAddress() + device.live();
    return URI.create(address.replaceFirst("^http", "ws"));
  }

  private void readInput() {
    try (var reader =
        new BufferedReader(new InputStreamReader(here.in(), StandardCharsets.UTF_8))) {
      for (String typed = reader.readLine(); typed != null; typed = reader.readLine()) {
        happenings.add(new PhoneEvent.Typed(typed));
      }
    } catch (IOException e) {
      // the same as its end
    }
    happenings.add(new PhoneEvent.InputEnded());
  }

  private void readKeys() {
    try {
      for (int key = here.in().read(); key >= 0; key = here.in().read()) {
        final String typed = KeyBindings.line(key);
        if (!typed.isEmpty()) {
          happenings.add(new PhoneEvent.Typed(typed));
        }
      }
    } catch (IOException e) {
      // the same as its end
    }
    happenings.add(new PhoneEvent.InputEnded());
  }

  // ---- what the handset moves ---------------------------------------------------------------

  @Override
  public void show(final String words) {
    if (!json) {
      screen.print(LocalTime.now().format(CLOCK) + "  " + words);
    }
  }

  @Override
  public void ring() {
    screen.bell();
  }

  @Override
  public void send(final ObjectNode frame) {
    final WebSocket now = line;
    if (now == null) {
      show("There is no channel now.");
      return;
    }
    try {
      now.sendText(frame.toString(), true).join();
    } catch (CompletionException e) {
      show("The channel broke.");
    }
  }

  @Override
  public void open() {
    wantsLine = true;
    if (line == null) {
      connect();
    }
  }

  @Override
  public void close() {
    wantsLine = false;
    hangUp();
  }

  private void hangUp() {
    final WebSocket now = line;
    line = null;
    lineNumber++;
    if (now != null) {
      now.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(_ -> now).join();
    }
  }

  @Override
  public void switchOff() {
    on = false;
  }
}
