package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.address;
import static dev.reveille.routing.port.HubSamples.entry;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.template;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Page;
import dev.reveille.routing.port.HubRegistrations.Selection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns push services with
/// several forms of content.
public interface HubFormsContract {
  int USUAL = 25;

  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private void put(final Entry entry) {
    final var _ = HubSamples.done(hubs().put(HUB, entry, new Condition.Any()));
  }

  private static Entry usual(final int number) {
    final var id = "u" + number;
    return entry(id, Kind.REGISTRATION, plain(HUB, id, address(PushService.FCM, number), "a"));
  }

  private static Entry older(final String id, final int number) {
    final var target = plain(HUB, id, address(PushService.FCM, number), "a");
    return entry(id, Kind.REGISTRATION, HubSamples.inForm(target, "older"));
  }

  private static Selection selection(final String format, final String tags) {
    final var usual = HubSamples.natives(PushService.FCM, tags);
    return new Selection(usual.service(), format, false, usual.tags());
  }

  private Page page(final String format, final String tags, final int most) {
    return hubs().targets(HUB, selection(format, tags), 0, hubs().lastNumber(), most);
  }

  private static List<String> handles(final Page page) {
    return page.targets().stream().map(one -> one.target().address().token().value()).toList();
  }

  private static List<String> handles(final int... numbers) {
    return IntStream.of(numbers)
        .mapToObj(number -> address(PushService.FCM, number).token().value())
        .toList();
  }

  @Test
  default void content_of_one_form_is_for_targets_of_that_form_and_passes_by_no_others() {
    IntStream.range(0, USUAL).forEach(number -> put(usual(number)));
    put(older("o", 30));
    put(older("p", 31));
    store().restart();
    for (final var tags : List.of("", "a", "a && !b", "!b")) {
      final var page = page("older", tags, 2);
      assertEquals(handles(30, 31), handles(page), tags);
      assertTrue(page.last(), tags);
      assertEquals("older", page.targets().getFirst().target().format());
      assertEquals(USUAL, page("", tags, 100).targets().size(), tags);
      assertFalse(page("", tags, USUAL - 1).last());
    }
    assertEquals(older("o", 30), hubs().find(HUB, "o").orElseThrow().entry());
  }

  @Test
  default void a_target_that_changes_its_form_is_found_in_the_new_one() {
    put(usual(1));
    put(older("u1", 1));
    assertEquals(handles(1), handles(page("older", "a", 10)));
    assertEquals(List.of(), handles(page("", "a", 10)));
    put(usual(1));
    assertEquals(List.of(), handles(page("older", "a", 10)));
    assertEquals(handles(1), handles(page("", "a", 10)));
  }

  @Test
  default void a_template_makes_content_of_any_form() {
    final var target = template(HUB, "t", "t", address(PushService.FCM, 1));
    assertThrows(IllegalArgumentException.class, () -> HubSamples.inForm(target, "older"));
    final var plain = plain(HUB, "p", address(PushService.FCM, 1));
    assertThrows(IllegalArgumentException.class, () -> HubSamples.inForm(plain, "a b"));
  }
}
