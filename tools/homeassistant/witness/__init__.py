"""Lets show.py ask a Home Assistant on the loopback what it knows of MQTT entities, and call its services."""
from homeassistant.components.http import HomeAssistantView
from homeassistant.helpers import device_registry, entity_registry

DOMAIN = "nwp500_witness"


async def async_setup(hass, config):
    """Open two addresses without a login: the script has nobody to log in as."""
    hass.http.register_view(Entities)
    hass.http.register_view(Call)
    return True


class Entities(HomeAssistantView):
    """What the registries and the state machine have."""

    url = "/witness/entities"
    name = "witness:entities"
    requires_auth = False

    async def get(self, request):
        hass = request.app["hass"]
        found = []
        for entry in entity_registry.async_get(hass).entities.values():
            if entry.platform != "mqtt":
                continue
            state = hass.states.get(entry.entity_id)
            found.append({
                "entity_id": entry.entity_id,
                "unique_id": entry.unique_id,
                "name": entry.original_name,
                "category": entry.entity_category,
                "disabled": entry.disabled_by is not None,
                "state": state and state.state,
                "attributes": dict(state.attributes) if state else {},
            })
        devices = [
            {"name": d.name, "model": d.model, "manufacturer": d.manufacturer, "sw_version": d.sw_version}
            for d in device_registry.async_get(hass).devices.values()
        ]
        return self.json({"entities": found, "devices": devices, "running": hass.is_running})


class Call(HomeAssistantView):
    """Call a service and say what became of the call."""

    url = "/witness/call"
    name = "witness:call"
    requires_auth = False

    async def post(self, request):
        hass = request.app["hass"]
        asked = await request.json()
        if asked.get("enable"):
            entity_registry.async_get(hass).async_update_entity(asked["enable"], disabled_by=None)
            return self.json({"ok": True})
        try:
            await hass.services.async_call(asked["domain"], asked["service"], asked["data"], blocking=True)
        except Exception as error:  # whatever Home Assistant has against it is the answer
            return self.json({"ok": False, "error": f"{type(error).__name__}: {error}"})
        return self.json({"ok": True})
