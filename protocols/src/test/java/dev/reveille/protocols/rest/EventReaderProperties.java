package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.ServerClock.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EventReaderProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARKS = "{}[]\",:\\ux0-9.eEtfn \u00c3";
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /// What a sender means by a message.
  record Meant(
      String id,
      List<String> to,
      String conversation,
      Content content,
      Duration alertFor,
      Duration keepFor) {
    ObjectNode json(final Random order) {
      final var fields =
          new ArrayList<Map.Entry<String, com.fasterxml.jackson.databind.JsonNode>>();
      final var content = JSON.createObjectNode();
      content.put("title", content().title()).put("text", content().text());
      content.set("data", JSON.valueToTree(content().data()));
      fields.add(Map.entry("id", JSON.valueToTree(id)));
      fields.add(Map.entry("source", JSON.valueToTree("chat")));
      fields.add(Map.entry("class", JSON.valueToTree("message")));
      fields.add(Map.entry("to", JSON.valueToTree(to)));
      fields.add(Map.entry("conversation", JSON.valueToTree(conversation)));
      fields.add(Map.entry("content", content));
      fields.add(Map.entry("alertFor", JSON.valueToTree(alertFor.toString())));
      fields.add(Map.entry("keepFor", JSON.valueToTree(keepFor.toString())));
      Collections.shuffle(fields, order);
      final var json = JSON.createObjectNode();
      fields.forEach(field -> json.set(field.getKey(), field.getValue()));
      return json;
    }
  }

  @Provide
  Arbitrary<Meant> meant() {
    final var word =
        Arbitraries.strings()
            .withCharRange('!', '\u024f')
            .ofMinLength(1)
            .ofMaxLength(40)
            .filter(EventReaderProperties::isPlain);
    final var text = Arbitraries.strings().excludeChars(surrogates()).ofMaxLength(300);
    final var content =
        Combinators.combine(text, text, Arbitraries.maps(word, text).ofMaxSize(5)).as(Content::new);
    final var alert = Arbitraries.longs().between(1, 86_400_000).map(Duration::ofMillis);
    final var kept = Arbitraries.longs().between(1, 29).map(Duration::ofDays);
    return Combinators.combine(
            word, word.list().ofMinSize(1).ofMaxSize(20), word, content, alert, kept)
        .as(Meant::new);
  }

  private static boolean isPlain(final String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static char[] surrogates() {
    final var all = new char[Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1];
    for (int i = 0; i < all.length; i++) {
      all[i] = (char) (Character.MIN_SURROGATE + i);
    }
    return all;
  }

  private static EventDraft read(final byte[] json) {
    return switch (EventReader.read(json)) {
      case EventReader.Request.One(var draft) -> draft;
      case EventReader.Request.Several _ -> throw new AssertionError("one was sent");
    };
  }

  private static List<UserId> users(final EventDraft draft) {
    return draft.to.stream().map(name -> new UserId(ACME, name)).toList();
  }

  @Property
  void whatever_is_written_is_read_back_equal(
      @ForAll("meant") final Meant meant, @ForAll final Random order) throws Exception {
    final var draft = read(JSON.writeValueAsBytes(meant.json(order)));
    final var event = (Event.Message) draft.event(ACME, users(draft), new Reading(NOW, 1));

    assertEquals(meant.id, event.key().id());
    assertEquals(
        List.copyOf(new LinkedHashSet<>(meant.to)),
        event.recipients().stream().map(UserId::name).toList());
    assertEquals(meant.conversation, event.in().value());
    assertEquals(meant.content, event.content());
    assertEquals(NOW.plus(meant.alertFor), event.life().alertBefore());
    assertEquals(NOW.plus(meant.keepFor), event.life().keepUntil());
  }

  @Property
  void the_order_of_fields_and_white_space_do_not_make_another_event(
      @ForAll("meant") final Meant meant, @ForAll final Random order) throws Exception {
    final var one = read(JSON.writeValueAsBytes(meant.json(order)));
    final var other =
        read(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(meant.json(order)));

    assertEquals(one.hash(users(one)), other.hash(users(other)));
  }

  @Property
  void another_letter_makes_another_event(
      @ForAll("meant") final Meant meant, @ForAll final Random order) throws Exception {
    final var json = meant.json(order);
    final var one = read(JSON.writeValueAsBytes(json));
    ((ObjectNode) json.get("content")).put("text", meant.content.text() + "x");
    final var other = read(JSON.writeValueAsBytes(json));

    assertNotEquals(one.hash(users(one)), other.hash(users(other)));
  }

  @Property
  void any_bytes_are_read_or_refused(@ForAll final byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Property
  void an_event_that_was_damaged_is_read_or_refused(
      @ForAll("meant") final Meant meant, @ForAll final Random damage) throws Exception {
    final var bytes = JSON.writeValueAsBytes(meant.json(damage));
    for (int i = 0; i < 3; i++) {
      bytes[damage.nextInt(bytes.length)] = (byte) MARKS.charAt(damage.nextInt(MARKS.length()));
    }
    readOrRefuse(bytes);
    readOrRefuse(
        ("[" + new String(bytes, StandardCharsets.UTF_8) + "]").getBytes(StandardCharsets.UTF_8));
  }

  private static void readOrRefuse(final byte[] bytes) {
    try {
      if (EventReader.read(bytes) instanceof EventReader.Request.One(var draft)
          && !draft.isCallEnd()) {
        draft.event(ACME, users(draft), new Reading(NOW, 1));
      }
    } catch (Refusal refused) {
      assertEquals(1, refused.detail().lines().count());
    }
    try {
      EventReader.lines(bytes);
    } catch (Refusal refused) {
      assertEquals(1, refused.detail().lines().count());
    }
  }
}
