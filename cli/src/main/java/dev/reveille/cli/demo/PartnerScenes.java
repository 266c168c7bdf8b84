package dev.reveille.cli.demo;

import static dev.reveille.cli.demo.Witness.require;
import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.demo.Witness.Sent;
import dev.reveille.cli.story.Story;
import dev.reveille.cli.story.TestStory;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// The scenes of federation: an organisation without a key of Apple does the four tasks, a call
/// rings on a phone, one thing is broken, the test of the way names it, and it is mended.
final class PartnerScenes {
  private static final String RESULT = "result";

  /// The clearing house's report, or the word of the app, which may be faster.
  private static final Set<String> TOLD = Set.of("handed-over", "acknowledged");

  private final Api home;
  private final Witness witness;
  private final ProgressPrinter billboard;
  private final DemoPhone dora;

  PartnerScenes(final Api home, final DemoPhone dora, final ProgressPrinter billboard) {
    this.home = home;
    this.witness = new Witness(home);
    this.dora = dora;
    this.billboard = billboard;
  }

  List<Supplier<Scene>> all() {
    return List.of(this::fourTasks, this::aCallRings, this::oneBreak, this::mended);
  }

  private Scene fourTasks() {
    return scene(
        "The operator of " + PartnerStage.HOME + " does the four tasks",
        "`reveille test push` passes home, edge and clearing house",
        () -> {
          billboard.line(
              """

              $ reveille domains add %1$s
              $ reveille settings set access-edge allow-federated-users=true
              $ reveille federation domain allow %2$s
              $ reveille settings set mobility push-notification-proxy-uri=sip:push@%2$s
              $ reveille settings set push-notification apple=true\
              """
                  .formatted(PartnerStage.HOME, PartnerStage.PUSH));
          home.post("domains", Json.object().put("domain", PartnerStage.HOME));
          PartnerStage.set(
              home, at("settings", "access-edge", "global"), "allow-federated-users", true);
          PartnerStage.allow(home, PartnerStage.PUSH);
          PartnerStage.set(
              home,
              at("settings", "mobility", "global"),
              "push-notification-proxy-uri",
              "sip:push@" + PartnerStage.PUSH);
          PartnerStage.set(home, at("settings", "push-notification", "global"), "apple", true);
          final var report = succeeds();
          return new Happened("", "it does", Duration.parse(report.path("latency").asText()));
        });
  }

  private Scene aCallRings() {
    return scene(
        "A call to Dora, whose token only the clearing house knows; her app sleeps",
        "her phone rings once",
        () -> {
          final var rang = rings();
          billboard.line(
              "\n$ reveille explain "
                  + rang.event()
                  + "\n"
                  + Story.of(home.get(at("events", rang.event(), "trail"))));
          return rang;
        });
  }

  private Happened rings() {
    witness.open(dora);
    witness.sleep(dora, "locked");
    final int from = dora.now();
    final Sent sent = witness.call("Ben", dora.user());
    final var rang = witness.rang(dora, from, sent);
    require(Witness.way(rang).equals("push"), "it came another way");
    witness.waitForPush(dora, sent.event());
    witness.ringsOnce(dora, from, sent);
    Witness.patiently(
        () -> witness.trailOf(sent.event(), dora).path("tries"),
        tries ->
            Json.elements(tries)
                .map(line -> line.path("outcome").asText())
                .anyMatch(TOLD::contains),
        "the trail does not say what became of the push");
    home.post(at("calls", sent.call(), "cancel"), Json.object());
    return new Happened(
        sent.event(),
        "it rang by the push of the clearing house",
        DemoPhone.between(sent.when(), rang));
  }

  private Scene oneBreak() {
    return scene(
        "reveille federation domain remove " + PartnerStage.PUSH,
        "`reveille test push` fails at the step `allowed-domain`, and says what to do",
        () -> {
          home.delete(at("settings", "allowed-domains", PartnerStage.PUSH));
          final var report =
              Witness.patiently(
                  this::test, told -> failedAt(told, "allowed-domain"), "it fails elsewhere");
          billboard.line("\n$ reveille test push\n" + TestStory.of(report));
          require(report.path("remedy").asText().contains("federation domain allow"), "no remedy");
          return new Happened(
              "", "the edge of " + PartnerStage.HOME + " refuses it", Duration.ZERO);
        });
  }

  private Scene mended() {
    return scene(
        "reveille federation domain allow " + PartnerStage.PUSH + ", and another call to Dora",
        "the test succeeds, and her phone rings",
        () -> {
          PartnerStage.allow(home, PartnerStage.PUSH);
          succeeds();
          return rings();
        });
  }

  private JsonNode test() {
    return home.post(at("tests", "push"), Json.object());
  }

  /// The edge follows within a moment.
  private JsonNode succeeds() {
    return Witness.patiently(
        this::test,
        report -> report.path(RESULT).asText().equals("Success"),
        "the test does not succeed");
  }

  private static boolean failedAt(final JsonNode report, final String step) {
    final var failed =
        Json.elements(report.path("steps"))
            .filter(each -> each.path("state").asText().equals("failed"))
            .map(each -> each.path("step").asText())
            .toList();
    return failed.equals(List.of(step)) && !report.has(RESULT);
  }

  private record Happened(String event, String words, Duration after) {}

  private Scene scene(final String title, final String expected, final Supplier<Happened> plot) {
    witness.forget();
    try {
      final Happened it = plot.get();
      return new Scene(title, expected, it.words(), true, "", it.after());
    } catch (Mismatch | Failure e) {
      return new Scene(title, expected, String.valueOf(e.getMessage()), false, "", Duration.ZERO);
    }
  }
}
