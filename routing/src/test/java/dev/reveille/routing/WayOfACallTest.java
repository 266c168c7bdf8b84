package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.incomingCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome.HandedOver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who follows one call through the code, from where it is handed in to where its ring leaves, has
/// few files to read. The doubles at the ends of routing walk the stack when they are reached.
final class WayOfACallTest {
  private static final int MOST_FILES = 7;
  private static final int MOST_MODULES = 3;

  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final RoutingFixture fixture = new RoutingFixture();
  private final List<String> moments = new ArrayList<>();
  private final Set<String> files = new LinkedHashSet<>();
  private final Set<String> modules = new LinkedHashSet<>();

  /// Notes which of our files are on the stack, the outermost first.
  private void walk(final String moment) {
    final List<String> found =
        WALKER.walk(frames ->
            frames
                .filter(frame -> isOurs(frame.getDeclaringClass()))
                .peek(frame -> modules.add(module(frame.getDeclaringClass())))
                .map(StackWalker.StackFrame::getFileName)
                .distinct()
                .toList()
                .reversed());
    moments.add(moment + ": " + String.join(" > ", found));
    files.addAll(found);
  }

  private static boolean isOurs(final Class<?> type) {
    return type.getPackageName().startsWith("dev.reveille.")
        && !location(type).contains("test-classes");
  }

  private static String module(final Class<?> type) {
    final var name = type.getPackageName().substring("dev.reveille.".length());
    return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
  }

  private static String location(final Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  @Test
  void a_call_passes_few_files() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.live.foreground("phone");
    fixture.store.whenAppended = () -> walk("kept");
    fixture.live.whenAsked = () -> walk("decided");
    fixture.live.watch = _ -> walk("told on its channel");
    fixture.apns().always =
        _ -> {
          walk("pushed");
          return new HandedOver("");
        };
    fixture.accept(incomingCall("c", ANNA));
    fixture.live.frames.clear();
    moments.forEach(System.out::println);
    System.out.println(files.size() + " files of " + modules + ": " + files);
    assertEquals(
        Set.of("kept", "decided", "told on its channel", "pushed"),
        Set.copyOf(moments.stream().map(line -> line.substring(0, line.indexOf(':'))).toList()));
    assertTrue(files.size() <= MOST_FILES, files::toString);
    assertTrue(modules.size() <= MOST_MODULES, modules::toString);
  }
}
