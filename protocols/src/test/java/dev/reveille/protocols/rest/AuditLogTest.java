package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.Registry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What operators did can be found again, however much happens.
class AuditLogTest {
  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @AfterEach
  void close() {
    api.close();
  }

  private List<String> what(final String query) {
    return caller.get("/v1/audit" + query).body().findValuesAsText("what");
  }

  @Test
  void it_comes_in_pages_and_each_entry_once() {
    for (int i = 0; i < 5; i++) {
      caller.put("/v1/users/u" + i, "{}");
    }

    final var all = what("?limit=1000");
    final var paged = new ArrayList<String>();
    var page = caller.get("/v1/audit?limit=2");
    paged.addAll(page.body().findValuesAsText("what"));
    while (!page.text("/next").isEmpty()) {
      caller.put("/v1/users/late", "{}"); // what is new does not move the pages
      page = caller.get("/v1/audit?limit=2&after=" + page.text("/next"));
      paged.addAll(page.body().findValuesAsText("what"));
    }

    assertEquals(all, paged);
    assertEquals("keep user u4", paged.getFirst());
  }

  @Test
  void it_is_filtered_by_who_by_kind_and_by_time() {
    caller.put("/v1/users/anna", "{}");
    caller.put("/v1/apps/phone", "{}");
    caller.put("/v1/settings/push-notification/global", "{\"values\":{\"apple\":true}}");
    final var id = caller.get("/v1").text("/key");

    assertEquals(List.of("keep user anna"), what("?kind=user"));
    assertEquals(List.of("keep app phone"), what("?kind=app"));
    assertEquals(
        List.of("set push-notification/global: apple from false (default) to true"),
        what("?kind=setting"));
    assertEquals(3, what("?who=key%20" + id).size());
    assertEquals(List.of(), what("?until=2020-01-01T00:00:00Z"));
    assertEquals(what(""), what("?since=2020-01-01T00:00:00Z"));
    assertTrue(ApiUnderTest.is(caller.get("/v1/audit?kind=cat"), Reason.MALFORMED));
    assertTrue(ApiUnderTest.is(caller.get("/v1/audit?after=x"), Reason.MALFORMED));
    assertTrue(ApiUnderTest.is(caller.get("/v1/audit?since=x"), Reason.MALFORMED));
    assertTrue(ApiUnderTest.is(caller.get("/v1/audit?before=1"), Reason.UNKNOWN_FIELD));
  }

  @Test
  void what_a_device_changes_pushes_no_entry_out_of_view() {
    caller.put("/v1/users/anna", "{}");
    final var before = what("");

    for (int i = 0; i < 10; i++) {
      final var changed =
          api.store()
              .registry()
              .changePreferences(
                  new UserId(ApiUnderTest.ACME, "anna"),
                  it -> it,
                  Registry.device(new InstallationId("i-1")));
      assertFalse(changed.isEmpty());
    }

    assertEquals(before, what(""));
  }
}
