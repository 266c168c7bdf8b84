package dev.reveille.routing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whose word counts for how an app's events are shown.
class NotificationStylesTest {
  private static final AppId PHONE = new AppId("com.example.phone");
  private static final OrganisationId FIRST = new OrganisationId("first");

  private final MemoryRegistry registry = new MemoryRegistry();
  private final MemorySettings settings = new MemorySettings();
  private final NotificationStyles styles =
      new NotificationStyles(settings, new Directory(registry), registry);

  private void publishedBy(final OrganisationId publisher) {
    registry.keepApp(new App(PHONE, publisher, "Phone", "", ""), "test");
  }

  @Test
  void what_the_former_publisher_said_of_an_app_does_not_count_any_more() {
    publishedBy(FIRST);
    settings.put(
        FIRST,
        Setting.PRESENTATION,
        Setting.ofApp(PHONE),
        Map.of("default-locale", List.of("en")),
        0,
        "test");
    assertTrue(styles.of(PHONE).isPresent());
    publishedBy(new OrganisationId("second"));
    assertTrue(styles.of(PHONE).isEmpty());
  }

  @Test
  void an_app_that_was_not_there_when_it_was_asked_for_is_found_later() {
    settings.put(
        FIRST,
        Setting.PRESENTATION,
        Setting.ofApp(PHONE),
        Map.of("default-locale", List.of("en")),
        0,
        "test");
    assertTrue(styles.of(PHONE).isEmpty());
    publishedBy(FIRST);
    assertTrue(styles.of(PHONE).isPresent());
  }
}
