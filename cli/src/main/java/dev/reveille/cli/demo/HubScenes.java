package dev.reveille.cli.demo;

import static dev.reveille.cli.demo.Witness.need;
import static dev.reveille.cli.demo.Witness.require;
import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.story.SendStory;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The scenes of a notification hub: a backend that was written for Azure's sends to it, the phone
/// shows what came, and `explain` tells of one that was meant and of one that was not.
final class HubScenes {
  private static final String HUB = "news";
  private static final String POLICY = "DefaultFullSharedAccessSignature";
  private static final String MUTED = "muted-phone";
  private static final String TEXT = "Goal: 1:0";
  private static final HubBackend.Notification NOTIFICATION =
      new HubBackend.Notification(
          "sport && !muted",
          "{\"aps\":{\"alert\":{\"title\":\"News\",\"body\":\"" + TEXT + "\"}}}");

  private final Api api;
  private final Witness witness;
  private final Apple apple;
  private final DemoPhone anna;
  private final ProgressPrinter billboard;
  private final String command;
  private String token = "";
  private String sent = "";

  /// @param anna whose app registers with the hub
  /// @param command as the launcher is called, with the server's data directory
  HubScenes(
      final Api api,
      final Witness witness,
      final Apple apple,
      final DemoPhone anna,
      final ProgressPrinter billboard,
      final String command) {
    this.api = api;
    this.witness = witness;
    this.apple = apple;
    this.anna = anna;
    this.billboard = billboard;
    this.command = command;
  }

  List<Supplier<Scene>> all() {
    return List.of(this::aHubIsMade, this::theBackendSends);
  }

  private HubBackend backend() {
    final JsonNode hub = api.get(at("hubs", HUB));
    return Json.elements(hub.path("policies"))
        .filter(policy -> POLICY.equals(policy.path("name").asText()))
        .findFirst()
        .map(policy -> new HubBackend(api, HUB, policy))
        .orElseThrow(() -> new Mismatch("the hub has no policy " + POLICY));
  }

  /// Its bundle id is that of Anna's app, so that the token of her phone is one of the hub's too.
  private Scene aHubIsMade() {
    return scene(
        "reveille hubs add " + HUB + ", and two iPhones register with the tags sport and muted",
        "the hub has two registrations",
        () -> {
          final JsonNode made = api.post("hubs", Json.object().put("name", HUB));
          final String app = made.path("app").asText();
          api.put(at("apps", app), Json.object().put("bundleId", DemoStage.APP));
          api.put(at("apps", app, "credentials", "apns"), DemoStage.key(apple));
          token = tokenOfAnna();
          final var backend = backend();
          backend.install("annas-phone", token, "sport");
          backend.install(MUTED, "ab".repeat(32), "muted");
          final long count = api.get(at("hubs", HUB)).path("registrations").asLong();
          require(count == 2, "it has " + count);
          return new Happened("it has two", Duration.ZERO);
        });
  }

  /// A push to her phone bears it; in truth her app has it from the system.
  private String tokenOfAnna() {
    witness.open(anna);
    witness.sleep(anna, "locked");
    final Witness.Sent message = witness.message("anna", "Bob", "Good morning");
    return witness.waitForPush(anna, message.event()).path("token").asText();
  }

  private Scene theBackendSends() {
    return scene(
        "Its backend sends to `" + NOTIFICATION.tags() + "`, as its SDK would",
        "Anna's locked phone shows it, and `explain` says for whom it was",
        () -> {
          final var backend = backend();
          billboard.line("\n$ " + backend.curl(NOTIFICATION));
          final int from = anna.now();
          final Instant when = Instant.now();
          sent = backend.send(NOTIFICATION);
          final var shown =
              need(anna.await(from, "alert", "text", TEXT), "the phone does not show it");
          explain("--target " + token.substring(0, 8) + "…", token, "told", "handed-over");
          explain("--target " + MUTED, MUTED, "tags-differ", "sport");
          return new Happened("her phone shows \"" + TEXT + "\"", DemoPhone.between(when, shown));
        });
  }

  /// Shows what is told of a target, which must hold these words.
  private void explain(final String shown, final String target, final String... words) {
    final ObjectNode told = Json.object();
    told.set("send", api.get(at("sends", sent)));
    final JsonNode known =
        Witness.patiently(
            () -> api.get(with(at("sends", sent, "registrations"), "target", target)),
            answer -> List.of(words).stream().allMatch(answer.toString()::contains),
            "the trail of the notification does not say " + List.of(words));
    told.set("registrations", known.path("registrations"));
    billboard.line("\n$ " + command + " explain " + sent + " " + shown + "\n" + SendStory.of(told));
  }

  private record Happened(String words, Duration after) {}

  private Scene scene(final String title, final String expected, final Supplier<Happened> plot) {
    witness.forget();
    try {
      final Happened it = plot.get();
      return new Scene(title, expected, it.words(), true, "", it.after());
    } catch (Mismatch | Failure e) {
      return new Scene(
          title, expected, String.valueOf(e.getMessage()), false, witness.last(), Duration.ZERO);
    }
  }
}
