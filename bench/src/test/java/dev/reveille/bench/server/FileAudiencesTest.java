package dev.reveille.bench.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience.Registered;
import dev.reveille.model.PushAddress;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences.Numbered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileAudiencesTest {
  @TempDir private Path folder = Path.of("");
  private FileAudiences audiences = new FileAudiences();

  @BeforeEach
  void seven_are_registered() throws Exception {
    audiences.in(folder);
    audiences.keep("hub", LongStream.rangeClosed(1, 7).mapToObj(FileAudiencesTest::token).toList());
    audiences = new FileAudiences(); // as after a start
    audiences.in(folder);
  }

  private static String token(final long number) {
    return "%064x".formatted(number);
  }

  private static Registered upTo(final long last) {
    return new Registered("hub", "com.example.app", last);
  }

  private static String tokenOf(final Numbered one) {
    return ((PushAddress.Direct) one.to().address()).token().value();
  }

  @Test
  void pages_hold_each_address_once_in_order_up_to_the_last_one_that_is_meant() {
    final var all = new ArrayList<Long>();
    long after = 0;
    while (true) {
      final var page = audiences.page(upTo(6), after, 2);
      page.targets().forEach(one -> assertEquals(token(one.number()), tokenOf(one)));
      page.targets().forEach(one -> all.add(one.number()));
      if (page.last()) {
        break;
      }
      after = page.targets().getLast().number();
    }
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), all);
  }

  @Test
  void an_audience_ends_where_its_addresses_end() {
    final var page = audiences.page(upTo(100), 5, 500);
    assertEquals(2, page.targets().size());
    assertTrue(page.last());
    assertTrue(audiences.page(upTo(100), 7, 500).targets().isEmpty());
    assertFalse(audiences.page(upTo(7), 0, 6).last());
  }

  @Test
  void an_address_is_found_by_the_key_that_its_page_gave_it() {
    final var page = audiences.page(upTo(7), 0, 7);
    page.targets()
        .forEach(
            one -> assertEquals(Optional.of(one.to()), audiences.find(upTo(7), one.to().key())));
    assertEquals(Optional.empty(), audiences.find(upTo(3), FileAudiences.key(4)));
    assertEquals(Optional.empty(), audiences.find(upTo(7), TargetKey.WHOLE));
  }

  @Test
  void a_token_of_another_length_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> audiences.keep("hub", List.of("aa")));
  }
}
