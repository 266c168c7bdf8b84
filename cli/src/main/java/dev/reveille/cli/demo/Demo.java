package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import dev.reveille.cli.story.Story;
import dev.reveille.cli.terminal.Farewell;
import dev.reveille.cli.terminal.Surroundings;
import dev.reveille.cli.wire.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Starts everything, plays every scene, explains every event, and ends everything.
public final class Demo {
  private final Surroundings here;
  private final Billboard billboard;
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Thread player = Thread.currentThread();

  private Demo(final Surroundings here) {
    this.here = here;
    this.billboard = new Billboard(here);
  }

  /// @param stay keep it all running afterwards until the process is told to go
  /// @return whether every scene went as expected
  public static boolean run(final Surroundings here, final boolean stay) {
    return new Demo(here).play(stay);
  }

  private boolean play(final boolean stay) {
    billboard.line("Reveille, played for you. Everything is real but Apple and the phones.\n");
    try (var _ = new Farewell(this::leave);
        var stage = new Stage(here, billboard)) {
      final Api api = stage.server();
      final Apple apple = stage.apple();
      stage.app(api, apple);
      final Actor anna = stage.phone(api, apple, "anna");
      final Actor bob = stage.phone(api, apple, "bob");
      anna.does("foreground");
      anna.phone().need(line -> Actor.read(line).what().equals("connected"), Witness.PATIENCE);

      final List<Scene> scenes = new ArrayList<>();
      for (final var next : new Play(api, apple, anna, bob).scenes()) {
        final Scene scene = next.get();
        billboard.show(scene);
        scenes.add(scene);
      }
      explain(api, scenes);
      final boolean held = scenes.stream().allMatch(Scene::held);
      billboard.line(
          held
              ? "\nEvery scene went as expected."
              : "\nSomething went otherwise than expected: see FAILED above.");
      if (stay) {
        stay(stage);
      }
      return held;
    }
  }

  private void explain(final Api api, final List<Scene> scenes) {
    billboard.line("\nWhat became of each event, as `reveille explain EVENT` tells it:");
    for (final Scene scene : scenes) {
      if (!scene.event().isEmpty()) {
        billboard.line(
            "\n--- "
                + scene.title()
                + "\n"
                + Story.of(api.get(at("events", scene.event(), "trail"))));
      }
    }
  }

  private void stay(final Stage stage) {
    final String command = here.launcher() + " --data " + stage.data();
    billboard.line(
        """

        Everything stays up until Ctrl-C. Try in another terminal:
          %1$s users show anna
          %1$s send call --to anna --from Carol --rings 20s
          %1$s send message --to bob --from Carol --text Hello
          %1$s explain EVENT
          %1$s phone --user anna --app %2$s\
        """
            .formatted(command, Stage.APP));
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
