package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.story.Story;
import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.GracefulStop;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// Runs `reveille demo`: starts everything, plays the behaviour table and the scenes around it,
/// explains some of the events, and ends everything. Blocks until it is over.
public final class Demo {
  private final CommandEnvironment here;
  private final ProgressPrinter billboard;
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Thread player = Thread.currentThread();

  private Demo(final CommandEnvironment here) {
    this.here = here;
    this.billboard = new ProgressPrinter(here);
  }

  /// What is played.
  public enum Play {
    /// The behaviour table and all scenes.
    ALL,
    /// The scenes of a notification hub alone.
    HUBS,
    /// The scenes of federation alone.
    FEDERATION
  }

  /// @param stay keep it all running afterwards until the process is told to go
  /// @return whether everything went as expected
  public static boolean run(final CommandEnvironment here, final Play play, final boolean stay) {
    return switch (play) {
      case ALL -> new Demo(here).play(stay);
      case HUBS -> new Demo(here).hubs(stay);
      case FEDERATION -> new Demo(here).federation(stay);
    };
  }

  private boolean hubs(final boolean stay) {
    final long start = System.nanoTime();
    billboard.line("Reveille as a notification hub. Everything is real but Apple and the phone.\n");
    try (var _ = new GracefulStop(this::leave);
        var stage = new DemoStage(here, billboard)) {
      final Api api = stage.server();
      final Apple apple = stage.apple();
      final Google google = stage.google();
      stage.app(api, apple, google);
      final var anna = stage.phone(api, apple, "anna", PhoneKind.IOS_18);
      final ObjectNode on = Json.object();
      on.set("values", Json.object().put("apple", true));
      api.patch(at("settings", "push-notification", "global"), on);
      final var scenes = new ArrayList<Scene>();
      final var witness = new Witness(api);
      hub(new HubScenes(api, witness, apple, anna, billboard, command(stage)), scenes);
      final boolean held = conclude(scenes, Duration.ofNanos(System.nanoTime() - start));
      if (stay) {
        stayUp("");
      }
      return held;
    }
  }

  private boolean federation(final boolean stay) {
    final long start = System.nanoTime();
    billboard.line(
        "Reveille, federated. Everything is real but Apple, the name server and the phone.\n");
    try (var _ = new GracefulStop(this::leave);
        var stage = new DemoStage(here, billboard)) {
      final var scenes = new ArrayList<Scene>();
      partners(stage, stage.apple(), scenes);
      final boolean held = conclude(scenes, Duration.ofNanos(System.nanoTime() - start));
      if (stay) {
        stayUp("");
      }
      return held;
    }
  }

  private void partners(final DemoStage stage, final Apple apple, final List<Scene> scenes) {
    final var partners = new PartnerStage(stage, billboard, apple);
    partners.publish();
    final DemoPhone dora =
        billboard.during("Starting the phone of dora, with a handle", partners::phone);
    show(
        "Federation: a home without keys pushes through the publisher's clearing house",
        new PartnerScenes(partners.home(), dora, billboard).all(),
        scenes);
  }

  private void hub(final HubScenes hub, final List<Scene> scenes) {
    show("A notification hub: the same SDK, another connection string", hub.all(), scenes);
  }

  private boolean play(final boolean stay) {
    final long start = System.nanoTime();
    billboard.line(
        "Reveille, played for you. Everything is real but Apple, Google and the phones.\n");
    try (var _ = new GracefulStop(this::leave);
        var stage = new DemoStage(here, billboard)) {
      final Api api = stage.server();
      final Apple apple = stage.apple();
      final Google google = stage.google();
      stage.app(api, apple, google);
      final var phones =
          List.of(
              stage.phone(api, apple, "anna", PhoneKind.IOS_18),
              stage.phone(api, google, "bob", PhoneKind.ANDROID),
              stage.phone(api, apple, "carol", PhoneKind.IOS_12));
      introduce(phones);

      final var witness = new Witness(api);
      final var play = new DemoScenes(api, witness, phones);
      final var scenes = new ArrayList<Scene>();
      show("A fresh server", play.before(), scenes);
      final var tour = new ArrayList<Scene>(scenes.subList(0, 1));
      table(new BehaviourTable(witness, phones), scenes, tour);
      final int rows = scenes.size();
      show("How a ring ends", play.after(), scenes);
      tour.add(scenes.get(rows + 1));
      hub(new HubScenes(api, witness, apple, phones.getFirst(), billboard, command(stage)), scenes);
      partners(stage, apple, scenes);
      explain(api, stage, tour, scenes);
      final boolean held = conclude(scenes, Duration.ofNanos(System.nanoTime() - start));
      if (stay) {
        stay(stage, tour.getFirst().event());
      }
      return held;
    }
  }

  private void introduce(final List<DemoPhone> phones) {
    final var table = new Table("  phone of", "system", "reached asleep through");
    phones.forEach(each -> table.row("  " + each.user(), each.kind().label(), each.kind().way()));
    billboard.line("\n" + table.toString().stripTrailing());
  }

  private void show(
      final String chapter, final List<Supplier<Scene>> acts, final List<Scene> scenes) {
    billboard.chapter(chapter);
    for (final var act : acts) {
      final Scene scene = act.get();
      billboard.show(scene);
      scenes.add(scene);
    }
  }

  /// @param tour gets the calls to the first phone, awake and asleep
  private void table(final BehaviourTable rows, final List<Scene> scenes, final List<Scene> tour) {
    billboard.chapter("The behaviour table: what each kind of phone does in each state");
    billboard.headline();
    for (final BehaviourRow row : BehaviourRow.all()) {
      billboard.begin(row);
      final Scene scene = rows.play(row);
      billboard.end(scene);
      scenes.add(scene);
      if (row.what() == BehaviourRow.Arriving.CALL
          && row.kind() == PhoneKind.IOS_18
          && row.state() != BehaviourRow.State.BACKGROUND) {
        tour.add(scene);
      }
    }
  }

  /// Shows the stories of a few events, and of all that failed.
  private void explain(
      final Api api, final DemoStage stage, final List<Scene> tour, final List<Scene> scenes) {
    billboard.chapter("Why it rang, or did not: `reveille explain EVENT`");
    final var told = new ArrayList<>(tour);
    scenes.stream().filter(each -> !each.held() && !told.contains(each)).forEach(told::add);
    for (final Scene scene : told) {
      if (!scene.event().isEmpty()) {
        billboard.line(
            "\n--- "
                + scene.title()
                + "\n$ "
                + command(stage)
                + " explain "
                + scene.event()
                + "\n"
                + Story.of(api.get(at("events", scene.event(), "trail"))));
      }
    }
  }

  private boolean conclude(final List<Scene> scenes, final Duration took) {
    final long held = scenes.stream().filter(Scene::held).count();
    billboard.line(
        held == scenes.size()
            ? "\nEvery row and every scene went as expected: "
                + held
                + " in "
                + took.toSeconds()
                + " s."
            : "\n"
                + (scenes.size() - held)
                + " of "
                + scenes.size()
                + " went otherwise than expected: see FAILED above.");
    return held == scenes.size();
  }

  private String command(final DemoStage stage) {
    return here.launcher() + " --data " + stage.data();
  }

  private void stay(final DemoStage stage, final String event) {
    stayUp(
        """

        Everything stays up until Ctrl-C. Two windows of a browser can call each other at
          %4$s
              (the certificate was made a minute ago: let the browser go on all the same)
        Or try in another terminal:
          %1$s phone --user anna --app %2$s
              a phone of your own: it rings here; f, b, l change its state, a answers
          %1$s send call --to anna --from Dora --rings 20s
          %1$s send message --to bob --from Dora --text Hello
              each prints the event's id
          %1$s explain %3$s
              why that one was silent; give it any event's id
          %1$s users protect anna --do-not-disturb 10m
              then call her again, and explain that
          %1$s check
              what could be wrong with this server\
        """
            .formatted(command(stage), DemoStage.APP, event, stage.page()));
  }

  private void stayUp(final String words) {
    billboard.line(words.isEmpty() ? "\nEverything stays up until Ctrl-C." : words);
    try {
      leaving.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    billboard.line("Ending everything ...");
  }

  /// From another thread: end soon, in order, whatever is being done.
  private void leave() {
    leaving.countDown();
    player.interrupt();
  }
}
