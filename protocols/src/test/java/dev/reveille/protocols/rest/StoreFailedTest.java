package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// What the API answers while its store cannot work, as with a full disk.
class StoreFailedTest {
  @Test
  void a_change_that_the_store_cannot_keep_may_be_tried_again_and_is_no_defect_of_ours() {
    try (var api = new ApiUnderTest()) {
      final var caller = api.caller();
      assertEquals(201, caller.put("/v1/users/anna", "{}").status());
      api.store().close();
      final var reply = caller.put("/v1/users/bob", "{}");
      assertEquals(503, reply.status(), reply.whole().body());
      assertEquals("RV-122", reply.code());
      assertEquals("5", reply.header("Retry-After"));
    }
  }
}
