"""Lets show.py ask a Home Assistant on the loopback what it knows of MQTT entities, and call its services."""
from homeassistant.components.energy import data as energy_data, validate as energy_validate
from homeassistant.components.http import HomeAssistantView
from homeassistant.helpers import device_registry, entity_registry

DOMAIN = "nwp500_witness"


async def async_setup(hass, config):
    """Open addresses without a login: the script has nobody to log in as."""
    hass.http.register_view(Entities)
    hass.http.register_view(Call)
    hass.http.register_view(Energy)
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


class Energy(HomeAssistantView):
    """Give sensors to the energy dashboard, and say what it has against them."""

    url = "/witness/energy"
    name = "witness:energy"
    requires_auth = False

    async def post(self, request):
        hass = request.app["hass"]
        asked = await request.json()
        manager = await energy_data.async_get_manager(hass)
        await manager.async_update({
            "energy_sources": [{
                "type": "water", "stat_energy_from": asked["water"],
                "stat_cost": None, "entity_energy_price": None, "number_energy_price": None,
            }],
            "device_consumption": [{"stat_consumption": entity} for entity in asked["devices"]],
        })
        issues = (await energy_validate.async_validate(hass)).as_dict()
        return self.json([issue for group in issues.values() for source in group for issue in source])
