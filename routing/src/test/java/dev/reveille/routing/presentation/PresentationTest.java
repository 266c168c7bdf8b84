package dev.reveille.routing.presentation;

import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.life;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.NotificationStyle.Words;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an app wants shown, and what it cannot want.
class PresentationTest {
  private static final Event.Message CHAT =
      new Event.Message(
          key("m"),
          List.of(ANNA),
          "chat",
          Samples.TEAM,
          new Content("Dora", "Lunch?", Map.of("room", "7")),
          life());

  private static Event.Other alert(final String type) {
    return new Event.Other(
        key("a"),
        List.of(ANNA),
        type,
        EventClass.ALERT,
        "",
        new Content("Voicemail", "from Carla", Map.of()),
        life());
  }

  private static Presentation of(final String... namesAndValues) {
    final var values = new HashMap<String, List<String>>();
    for (final var one : namesAndValues) {
      final int equals = one.indexOf('=');
      values.put(one.substring(0, equals), List.of(one.substring(equals + 1).split("\\|", -1)));
    }
    return Presentation.of(values);
  }

  private static NotificationStyle plain(final Event event) {
    return NotificationStyle.of(
        PushContent.Notice.of(
            "e-1",
            event.eventClass(),
            event.type(),
            event instanceof Event.Message message ? message.content() : Content.EMPTY,
            "team",
            "e-1",
            3));
  }

  private static NotificationStyle style(
      final Presentation presentation, final Event event, final String tag) {
    return presentation.notificationStyle(plain(event), event, tag, 3);
  }

  @Test
  void what_is_not_said_stays_as_the_content_itself_says() {
    assertEquals(plain(CHAT), style(of("call sound=ring.caf"), CHAT, "en"));
    final var louder = style(of("message sound=ping.caf"), CHAT, "en");
    assertEquals("ping.caf", louder.sound());
    assertEquals(new Words.Text("Dora"), louder.title());
    assertEquals("team", louder.thread());
  }

  @ParameterizedTest
  @CsvSource({
    "de-AT,  Servus",
    "DE-at,  Servus",
    "de-CH,  Hallo",
    "de,     Hallo",
    "de-AT-x-private, Servus",
    "fr-CA,  Hello",
    "'',     Hello"
  })
  void words_come_in_the_devices_language_or_the_nearest(final String tag, final String title) {
    final var presentation =
        of(
            "default-locale=en",
            "message words en=Hello|{text}",
            "message words de=Hallo|{text}",
            "message words DE_at=Servus|{text}"); // as an older version or another system wrote it
    assertEquals(new Words.Text(title), style(presentation, CHAT, tag).title());
  }

  @Test
  void texts_are_filled_with_what_happened() {
    final var presentation =
        of(
            "default-locale=en",
            "message words en={title} in {conversation}|{{{data.room}}} {text}{data.none}|{unread}"
                + " new {type}",
            "message thread=room-{data.room}",
            "message image=https://example.com/{data.room}.png");
    final var style = style(presentation, CHAT, "en");
    assertEquals(new Words.Text("Dora in team"), style.title());
    assertEquals(new Words.Text("{7} Lunch?"), style.body());
    assertEquals(new Words.Text("3 new chat"), style.placeholder());
    assertEquals("room-7", style.thread());
    assertEquals("https://example.com/7.png", style.image());
  }

  @Test
  void the_apps_own_texts_are_named_with_what_fills_them() {
    final var style =
        style(
            of(
                "message title-key=MSG_FROM|{title}",
                "message body-key=MSG_BODY|{text}|{data.room}",
                "message placeholder-key=NEW_MESSAGE"),
            CHAT,
            "de");
    assertEquals(new Words.Localized("MSG_FROM", List.of("Dora")), style.title());
    assertEquals(new Words.Localized("MSG_BODY", List.of("Lunch?", "7")), style.body());
    assertEquals(new Words.Localized("NEW_MESSAGE", List.of()), style.placeholder());
    assertEquals(
        new Words.Localized("NEW_MESSAGE", List.of()), style.withoutContent().placeholder());
    assertTrue(style.withoutContent().body().isEmpty());
  }

  @Test
  void a_type_inherits_from_its_class_what_it_does_not_say() {
    final var presentation =
        of(
            "default-locale=en",
            "alert sound=ding.caf",
            "alert category=ALERT",
            "alert words en=|Something happened",
            "alert badge=false",
            "alert/voicemail sound=",
            "alert/voicemail words en=Voicemail|{text}",
            "alert/voicemail interruption=passive");
    final var voicemail = style(presentation, alert("voicemail"), "en");
    assertEquals("", voicemail.sound(), "it says: no sound");
    assertEquals("ALERT", voicemail.category());
    assertEquals(Interruption.PASSIVE, voicemail.interruption());
    assertEquals(new Words.Text("from Carla"), voicemail.body());
    assertFalse(presentation.showsBadge(alert("voicemail")));
    assertEquals(
        new Words.Text("Something happened"), style(presentation, alert("fax"), "en").body());
    assertTrue(presentation.showsBadge(CHAT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "message words en=Hi|{txt}; styles.message.words.en.body: there is no {txt} here;"
            + " default-locale=en",
        "message words en=Hi|{text; is not closed; default-locale=en",
        "message words en=Hi|text}; was not opened; default-locale=en",
        "message words en=Hi|{data.}; there is no {data.} here; default-locale=en",
        "message words en=Hi; styles.message.words.en.body: is missing; default-locale=en",
        "message words de=Hi|{text}; styles.message.words: lack the default locale en;"
            + " default-locale=en",
        "message words de=Hi|{text}; defaultLocale: is missing; message sound=x",
        "message words e_n=Hi|{text}; is no language tag; default-locale=en",
        "message words en=Hi|x|{text}; placeholder: there is no {text} here; default-locale=en",
        "call words en=Hi|{title}; there are {caller}, {caller.address}, {caller.name}, {type};"
            + " default-locale=en",
        "message title-key=T; styles.message.bodyKey: is missing; default-locale=en",
        "message interruption=loud; must be passive, active, time-sensitive, critical;"
            + " default-locale=en",
        "message badge=maybe; styles.message.badge: must be true or false; default-locale=en",
        "mesage sound=x; styles.mesage: there are call, call-end, message and alert;"
            + " default-locale=en",
        "change sound=x; styles.change: there are; default-locale=en",
        "alert/ sound=x; the type is missing; default-locale=en",
        "message color=red; styles.message: there is no color; default-locale=en"
      })
  void what_could_not_be_shown_is_refused_with_its_place(
      final String value, final String words, final String more) {
    final var refused =
        assertThrows(IllegalArgumentException.class, () -> of(value.strip(), more.strip()));
    assertTrue(
        String.valueOf(refused.getMessage()).contains(words.strip()),
        () -> refused.getMessage() + " should say " + words);
  }

  @Test
  void too_long_is_refused() {
    final var large = "x".repeat(1_001);
    assertThrows(
        IllegalArgumentException.class,
        () -> of("default-locale=en", "message words en=|" + large));
    assertThrows(IllegalArgumentException.class, () -> of("message category=" + "c".repeat(129)));
  }

  @Test
  void words_and_names_of_words_do_not_go_together() {
    assertThrows(
        IllegalArgumentException.class,
        () -> of("default-locale=en", "message words en=Hi|x", "message body-key=B"));
  }

  // ---- how much an event can fill -------------------------------------------------------------

  private static Event.Message long60KiB() {
    return new Event.Message(
        key("long"),
        List.of(ANNA),
        "chat",
        Samples.TEAM,
        new Content("Dora", "é".repeat(60_000), Map.of()),
        life());
  }

  private static int characters(final Words words) {
    return switch (words) {
      case Words.Text(var text) -> text.length();
      case Words.Localized(_, var args) -> args.stream().mapToInt(String::length).sum();
    };
  }

  @Test
  void a_style_of_an_older_version_that_multiplies_an_event_fills_no_more_than_a_push_carries() {
    final var multiplies = ("|" + "{text}".repeat(166)).repeat(16);
    final var style = of("message title-key=K" + multiplies, "message body-key=K" + multiplies);
    final var notificationStyle = style(style, long60KiB(), "en");
    assertEquals(4_096, characters(notificationStyle.title()));
    assertEquals(4_096, characters(notificationStyle.body()));
    final var other =
        style(
            of(
                "default-locale=en",
                "message words en=" + "{text}".repeat(166) + "|" + "{title}".repeat(9) + "!|",
                "message thread=" + "{text}".repeat(166),
                "message image=" + "{text}".repeat(166)),
            long60KiB(),
            "en");
    assertEquals(4_096, characters(other.title()));
    assertEquals(new Words.Text("Dora".repeat(8)), other.body());
    assertEquals(4_096, other.thread().length());
    assertEquals(4_096, other.image().length());
  }

  @Test
  void a_text_is_not_cut_within_a_character() {
    final var event =
        new Event.Message(
            key("faces"),
            List.of(ANNA),
            "chat",
            Samples.TEAM,
            new Content("", "\uD83D\uDE00".repeat(3_000), Map.of()),
            life());
    final var style =
        style(of("default-locale=en", "message words en=.{text}|.{text}|"), event, "en");
    assertEquals(new Words.Text("." + "\uD83D\uDE00".repeat(2_047)), style.title());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "message thread,      styles.message.thread",
        "message image,       styles.message.image",
        "message body-key,    styles.message.bodyArgs[0]",
        "message words en,    styles.message.words.en.title"
      })
  void a_new_text_has_at_most_eight_places(final String name, final String where) {
    for (final int places : List.of(8, 9)) {
      final var text = "{title}".repeat(places);
      final var values = new HashMap<String, List<String>>();
      values.put("default-locale", List.of("en"));
      values.put(name, name.endsWith("-key") ? List.of("K", text) : List.of(text, "{text}", ""));
      if (places == 8) {
        Presentation.ofNew(values);
      } else {
        final var refused =
            assertThrows(IllegalArgumentException.class, () -> Presentation.ofNew(values));
        assertEquals(
            where + ": has 9 places to be filled, at most 8 are possible in one text",
            refused.getMessage());
      }
    }
  }

  @Test
  void nothing_comes_after_a_text_that_was_cut() {
    final var known = Set.of("title", "text");
    final var twoHalves = "ab\uD83D\uDE00"; // a smile
    final var values =
        new TemplateValues(
            new Event.Message(
                key("m"),
                List.of(ANNA),
                "chat",
                Samples.TEAM,
                new Content(twoHalves, "t", Map.of()),
                life()),
            0);
    final var template = Template.of("here", "{title}{text}!", known);
    assertEquals("ab", template.fill(values, 3));
    assertEquals(twoHalves, template.fill(values, 4));
    assertEquals(twoHalves + "t", template.fill(values, 5));
    assertEquals(twoHalves + "t!", template.fill(values, 6));
  }
}
