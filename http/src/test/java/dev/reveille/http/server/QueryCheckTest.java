package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueryCheckTest {
  private static @Nullable QueryCheck check(final String raw) {
    final var target = RequestTarget.of(raw);
    assertNotNull(target, raw);
    return target.check(Set.of("dryRun", "wait"));
  }

  private static void is(final QueryCheck.Mistake mistake, final String name, final String raw) {
    assertEquals(new QueryCheck(mistake, name), check(raw), raw);
  }

  @Test
  void known_parameters_in_any_order_pass() {
    assertNull(check("/x"));
    assertNull(check("/x?"));
    assertNull(check("/x?wait=1&dryRun=true"));
    assertNull(check("/x?dryRun"));
    assertNull(check("/x?&dryRun=true&"));
    assertNull(check("/x?dry%52un=true"));
    assertNull(check("/x?wait=%E2%82%AC"));
  }

  @Test
  void an_unknown_name_is_told_decoded() {
    is(QueryCheck.Mistake.UNKNOWN, "dryrun", "/x?wait=1&dryrun=true");
    is(QueryCheck.Mistake.UNKNOWN, "a b", "/x?a+b");
    is(QueryCheck.Mistake.UNKNOWN, "", "/x?=true");
  }

  @Test
  void a_parameter_with_two_values_is_told() {
    is(QueryCheck.Mistake.TWICE, "dryRun", "/x?dryRun=false&dryRun=true");
    is(QueryCheck.Mistake.TWICE, "dryRun", "/x?dryRun=true&dry%52un=true");
  }

  @Test
  void what_cannot_be_decoded_is_told() {
    is(QueryCheck.Mistake.UNREADABLE, "dryRun", "/x?dryRun=%zz");
    is(QueryCheck.Mistake.UNREADABLE, "dryRun", "/x?dryRun=%E2%82");
    is(QueryCheck.Mistake.UNREADABLE, "%ff", "/x?%ff=1");
  }
}
