package dev.reveille.acceptance.stories;

import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import dev.reveille.simulators.service.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A server with a scaled time and one user for each push service, whose only device is of it. The
/// devices are online and write down each push that they get, raw.
final class DayStage implements AutoCloseable {
  /// What a device got.
  ///
  /// @param at when the push was handed to the device
  record Got(Service service, String event, Instant at) {}

  /// A try as it came to a service, whatever was answered.
  ///
  /// @param at when its request had come
  record Try(Service service, String event, Instant at) {}

  /// The way in which a service misbehaves.
  enum Mood {
    WELL,
    /// No connection comes about, and those that stand are cut.
    DOWN,
    /// Each answer takes half as long as the server waits for one.
    SLOW,
    THROTTLING,
    /// The device gets the push, and the server is told that it did not, or nothing.
    LYING,
    /// What the server signs in with is not taken any more.
    EXPIRED
  }

  enum Service {
    APNS("apple"),
    FCM("google"),
    WEBPUSH("web"),
    WNS("microsoft"),
    MPNS("microsoft");

    private final String name;

    Service(final String name) {
      this.name = name;
    }

    /// Whether it gives access tokens, or looks at the age of what was signed.
    boolean expires() {
      return this == APNS || this == FCM || this == WNS;
    }

    String user() {
      return "day-" + word();
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Duration SLOWLY = Duration.ofMillis(250);
  private static final Pattern EVENT = Pattern.compile("\"id\" ?: ?\"([^\"]+)\"");

  final Theatre theatre;
  private final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private final BrowserSimulator browser = BrowserSimulator.start(BrowserOptions.DEFAULT);
  private final MicrosoftSimulator windows =
      MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost("localhost"));
  private final MicrosoftSimulator windowsPhones =
      MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost("localhost"));
  private final Collection<Got> got = new ConcurrentLinkedQueue<>();
  private final Collection<String> unread = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> lines = new ArrayList<>();
  private final Set<Service> down = EnumSet.noneOf(Service.class);

  DayStage(final Path folder, final int scale) throws Exception {
    final var browsers = browser.origin().substring("https://".length());
    final var forWindows = "localhost:" + windows.port();
    final var forPhones = "localhost:" + windowsPhones.port();
    this.theatre =
        new Theatre(
            """
            trial: {time-scale: %d}
            push:
              allowed-hosts: ["%s", "%s", "%s"]
              trust: {"%s": "%s", "%s": "%s", "%s": "%s"}
            """
                .formatted(
                    scale,
                    browsers,
                    forWindows,
                    forPhones,
                    browsers,
                    file(folder, "browser", browser.authorityPem()),
                    forWindows,
                    file(folder, "windows", windows.authorityPem()),
                    forPhones,
                    file(folder, "phones", windowsPhones.authorityPem())));
    for (final var service : Service.values()) {
      theatre.call(
          "PATCH",
          "/v1/settings/push-notification/global",
          Map.of("values", Map.of(service.name, true)));
      theatre.call("PUT", "/v1/users/" + service.user(), Map.of());
    }
    iphone();
    android();
    browser();
    windows();
    windowsPhone();
  }

  private static Path file(final Path folder, final String name, final String pem)
      throws Exception {
    return Files.writeString(folder.resolve(name + ".pem"), pem);
  }

  private void credentials(final Service service, final Map<String, Object> what) throws Exception {
    theatre.call("PUT", "/v1/apps/" + Theatre.APP + "/credentials/" + service.word(), what);
  }

  private void device(
      final Service service, final String platform, final Map<String, Object> address)
      throws Exception {
    theatre.device(service.user(), Theatre.APP, Map.of("platform", platform), address);
  }

  private static Map<String, Object> address(final Service service, final String token) {
    return Map.of("service", service.word(), "channel", "single", "token", token);
  }

  private void iphone() throws Exception {
    final var token = theatre.apple.newToken(Theatre.APP, false);
    lines.add(
        theatre.apple.connectPhone(token, push -> hears(Service.APNS).accept(push.payload())));
    device(Service.APNS, "ios", Map.of("service", "apns", "channel", "message", "token", token));
  }

  private void android() throws Exception {
    final var account = google.makeAccount("a-day");
    credentials(
        Service.FCM,
        Map.of(
            "serviceAccount", account.json(),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
    final var token = google.newToken("a-day");
    lines.add(google.connectPhone(token, push -> hears(Service.FCM).accept(push.data("reveille"))));
    device(Service.FCM, "android", address(Service.FCM, token));
  }

  private void browser() throws Exception {
    final var key = theatre.webPushKey();
    final var subscription = browser.subscribe(key);
    lines.add(
        browser.connectBrowser(
            subscription.token(),
            push -> hears(Service.WEBPUSH).accept(push.payload().orElse(""))));
    device(
        Service.WEBPUSH,
        "browser",
        Map.of(
            "service", "webpush",
            "channel", "single",
            "token", browser.endpoint(subscription),
            "p256dh", subscription.p256dh(),
            "auth", subscription.auth()));
  }

  private void windows() throws Exception {
    final var identity = windows.makeStoreIdentity();
    credentials(
        Service.WNS,
        Map.of(
            "client", identity.clientId(),
            "secret", identity.secret(),
            "endpoint", windows.storeTokenUri().replaceFirst("(https://[^/]*).*", "$1"),
            "trust", windows.authorityPem()));
    final var channel = windows.newChannel(identity.clientId());
    lines.add(windows.connectDevice(channel, push -> hears(Service.WNS).accept(push.text())));
    device(Service.WNS, "windows", address(Service.WNS, windows.uri(channel)));
  }

  private void windowsPhone() throws Exception {
    final var identity = windowsPhones.makeCertificate("a-day");
    credentials(Service.MPNS, Map.of("certificate", identity.leafPem(), "key", identity.keyPem()));
    final var channel = windowsPhones.newPhoneChannel("a-day");
    lines.add(
        windowsPhones.connectDevice(channel, push -> hears(Service.MPNS).accept(push.text())));
    device(Service.MPNS, "windows-phone", address(Service.MPNS, windowsPhones.uri(channel)));
  }

  /// Reads which event a push is of; one that tells none is kept for the verdict.
  private Consumer<String> hears(final Service service) {
    return text -> {
      final var at = Instant.now();
      event(service, text).ifPresent(event -> got.add(new Got(service, event, at)));
    };
  }

  private Optional<String> event(final Service service, final String text) {
    final var plain = text.replace("&quot;", "\"").replace("%22", "\"").replace("%3A", ":");
    final var event = EVENT.matcher(plain);
    if (event.find()) {
      return Optional.of(event.group(1));
    }
    unread.add(service + ": " + text);
    return Optional.empty();
  }

  /// All that came to the services so far, in no order.
  List<Try> tries() {
    final var all = new ArrayList<Try>();
    theatre.apple.pushes("").forEach(push -> add(all, Service.APNS, push.payload(), push.at()));
    google.messages("").forEach(push -> add(all, Service.FCM, push.data("reveille"), push.at()));
    browser
        .pushes("")
        .forEach(push -> add(all, Service.WEBPUSH, push.payload().orElse(""), push.call().at()));
    windows.pushes("").forEach(push -> add(all, Service.WNS, push.text(), push.call().at()));
    windowsPhones.pushes("").forEach(push -> add(all, Service.MPNS, push.text(), push.call().at()));
    return all;
  }

  private void add(
      final List<Try> all, final Service service, final String text, final Instant at) {
    event(service, text).ifPresent(event -> all.add(new Try(service, event, at)));
  }

  /// All that devices got so far.
  List<Got> got() {
    return List.copyOf(got);
  }

  /// Pushes that named no event.
  List<String> unread() {
    return List.copyOf(unread);
  }

  /// Ends the mood before, and begins the next.
  void mood(final Service service, final Mood mood) {
    switch (service) {
      case APNS -> {
        theatre.apple.clearFaults();
        turn(service, mood, theatre.apple::goDown, theatre.apple::comeBack);
        theatre.apple.cutConnections(); // whose answers were to come late
        faults(mood, 403, "ExpiredProviderToken", 429, "TooManyRequests", theatre.apple::fault);
      }
      case FCM -> {
        google.clearFaults();
        turn(service, mood, google::goDown, google::comeBack);
        google.cutConnections();
        if (mood == Mood.EXPIRED) {
          google.endAccessTokens();
        }
        faults(mood, 401, "UNAUTHENTICATED", 429, "QUOTA_EXCEEDED", google::fault);
      }
      case WEBPUSH -> {
        browser.clearFaults();
        turn(service, mood, browser::goDown, browser::comeBack);
        browser.cutConnections();
        faults(mood, 401, "", 429, "", browser::fault);
      }
      case WNS -> microsoft(windows, service, mood);
      case MPNS -> microsoft(windowsPhones, service, mood);
    }
  }

  private void turn(
      final Service service, final Mood mood, final Runnable goDown, final Runnable comeBack) {
    if (mood == Mood.DOWN) {
      goDown.run();
      down.add(service);
    } else if (down.remove(service)) {
      comeBack.run();
    }
  }

  private void microsoft(
      final MicrosoftSimulator simulator, final Service service, final Mood mood) {
    simulator.clearFaults();
    turn(service, mood, simulator::goDown, simulator::comeBack);
    simulator.cutConnections();
    if (mood == Mood.EXPIRED) {
      simulator.endAccessTokens();
    }
    faults(mood, 401, "", 406, "", simulator::fault);
  }

  private static void faults(
      final Mood mood,
      final int expired,
      final String expiredWord,
      final int throttled,
      final String throttledWord,
      final Consumer<Fault> add) {
    switch (mood) {
      case WELL, DOWN -> {}
      case SLOW -> add.accept(Fault.delay(SLOWLY).always());
      case THROTTLING ->
          add.accept(
              Fault.answer(throttled, throttledWord)
                  .withRetryAfter(60)
                  .always()
                  .withChance(0.7, 1));
      case LYING -> {
        add.accept(Fault.of(Fault.Action.CUT).butDelivered().always().withChance(0.3, 2));
        add.accept(Fault.of(Fault.Action.STALL).butDelivered().always().withChance(0.3, 3));
      }
      case EXPIRED -> add.accept(Fault.answer(expired, expiredWord).always());
    }
  }

  @Override
  public void close() throws Exception {
    try (theatre;
        google;
        browser;
        windows;
        windowsPhones) {
      for (final var line : lines) {
        line.close();
      }
    }
  }
}
