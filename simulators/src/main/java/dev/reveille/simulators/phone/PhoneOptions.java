package dev.reveille.simulators.phone;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The kind of a simulated phone, and how its user behaves.
///
/// @param name tells several phones of one process apart
/// @param server the device listener, `https://host:port`
/// @param pushService the control port of the simulated push service; absent for a phone without
///   push
/// @param topic Apple's topic of the app, without suffix; for Android the name of Google's project
/// @param answerAfter the user answers so long after the ring; absent for never
/// @param declineAfter the same for declining, on all devices
/// @param tapsAfter the user taps an alert so long after it appeared; absent for never
/// @param receipts whether the app reports pushes that arrived
/// @param house where it claims handles to register with; absent where it registers its tokens
public record PhoneOptions(
    String name,
    URI server,
    String app,
    String platform,
    int osMajor,
    String generation,
    Map<String, String> attributes,
    Optional<URI> pushService,
    String topic,
    boolean sandbox,
    Optional<Duration> answerAfter,
    Optional<Duration> declineAfter,
    Optional<Duration> tapsAfter,
    boolean receipts,
    Optional<HandleClaims.ClearingHouse> house) {

  public PhoneOptions {
    attributes = Map.copyOf(attributes);
  }

  /// An iPhone of a recent generation whose user does nothing by themselves.
  public static PhoneOptions at(final URI server, final String app) {
    return new PhoneOptions(
        "phone",
        server,
        app,
        "ios",
        18,
        "",
        Map.of(),
        Optional.empty(),
        "",
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty());
  }

  public PhoneOptions named(final String newName) {
    return with(it -> it.name = newName);
  }

  public PhoneOptions withPlatform(final String word, final int major) {
    return with(it -> {
      it.platform = word;
      it.osMajor = major;
    });
  }

  public PhoneOptions withGeneration(final String word) {
    return with(it -> it.generation = word);
  }

  public PhoneOptions withAttributes(final Map<String, String> others) {
    return with(it -> it.attributes = others);
  }

  public PhoneOptions withApple(final URI control, final String newTopic) {
    return with(it -> {
      it.pushService = Optional.of(control);
      it.topic = newTopic;
    });
  }

  /// An Android phone whose app belongs to this project.
  public PhoneOptions withGoogle(final URI control, final String project) {
    return withPlatform("android", 15).withApple(control, project);
  }

  public PhoneOptions inSandbox() {
    return with(it -> it.sandbox = true);
  }

  public PhoneOptions answering(final Duration after) {
    return with(it -> it.answerAfter = Optional.of(after));
  }

  public PhoneOptions declining(final Duration after) {
    return with(it -> it.declineAfter = Optional.of(after));
  }

  public PhoneOptions tapping(final Duration after) {
    return with(it -> it.tapsAfter = Optional.of(after));
  }

  public PhoneOptions withoutReceipts() {
    return with(it -> it.receipts = false);
  }

  /// A phone that registers with handles of a clearing house.
  ///
  /// @param listener the clearing house's device listener
  /// @param domain of the clearing house
  /// @param partner the domain of the phone's own server
  /// @param code of the partner's
  public PhoneOptions through(
      final URI listener, final String domain, final String partner, final String code) {
    return with(it ->
        it.house = Optional.of(new HandleClaims.ClearingHouse(listener, domain, partner, code)));
  }

  /// iOS before 13 has one push channel for calls and messages.
  boolean hasOneChannel() {
    return platform.equals("ios") && osMajor < 13;
  }

  boolean isAndroid() {
    return platform.equals("android");
  }

  private PhoneOptions with(final Consumer<Changed> change) {
    final var changed = new Changed(this);
    change.accept(changed);
    return changed.done();
  }

  /// All of it, to be changed before it is made anew.
  private static final class Changed {
    private String name;
    private URI server;
    private String app;
    private String platform;
    private int osMajor;
    private String generation;
    private Map<String, String> attributes;
    private Optional<URI> pushService;
    private String topic;
    private boolean sandbox;
    private Optional<Duration> answerAfter;
    private Optional<Duration> declineAfter;
    private Optional<Duration> tapsAfter;
    private boolean receipts;
    private Optional<HandleClaims.ClearingHouse> house;

    Changed(final PhoneOptions it) {
      name = it.name;
      server = it.server;
      app = it.app;
      platform = it.platform;
      osMajor = it.osMajor;
      generation = it.generation;
      attributes = it.attributes;
      pushService = it.pushService;
      topic = it.topic;
      sandbox = it.sandbox;
      answerAfter = it.answerAfter;
      declineAfter = it.declineAfter;
      tapsAfter = it.tapsAfter;
      receipts = it.receipts;
      house = it.house;
    }

    PhoneOptions done() {
      return new PhoneOptions(
          name,
          server,
          app,
          platform,
          osMajor,
          generation,
          attributes,
          pushService,
          topic,
          sandbox,
          answerAfter,
          declineAfter,
          tapsAfter,
          receipts,
          house);
    }
  }
}
