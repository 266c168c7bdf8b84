package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.PushService;
import dev.reveille.routing.Directory.Person;
import java.util.Set;

/// A recipient of an event with what the registry and the settings hold about the user.
///
/// @param switchedOn the push services that are switched on for the user's site
/// @param pushless those of the user's installations whose client generation needs no push
record Recipient(Person person, Set<PushService> switchedOn, Set<InstallationId> pushless) {}
