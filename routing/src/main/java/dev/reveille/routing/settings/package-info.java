/// What an organisation can set, as data: collections of objects, the properties of each, the
/// values that they take, and the rules between them. [SettingsCatalogue] has all of it;
/// [SettingChanges] shows and changes objects under these rules, for operators; [EffectiveSettings]
/// answers from memory what holds for a user's site or for a service.
///
/// A stored object has its own values only; what it leaves out is at the catalogue's default. Of a
/// site's or service's object and the global one, the narrower counts as a whole: no property of
/// the wider one shines through.
@NullMarked
package dev.reveille.routing.settings;

import org.jspecify.annotations.NullMarked;
