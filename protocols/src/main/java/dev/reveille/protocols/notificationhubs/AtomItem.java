package dev.reveille.protocols.notificationhubs;

import java.time.Instant;

/// What Atom says about an entry or a feed beside what is in it.
///
/// @param url where it is, absolute
/// @param updated the moment of its last change, or of the answer
public record AtomItem(String url, String title, Instant updated) {}
