"""What the tests' window runs inside a page."""

# The page's wall clock only: timers and animations go on as they do.
TRAVEL = """{
  const machine = Date.machine ?? Date;
  const now = () => machine.now() + %d;
  const own = { machine, now };
  Date = new Proxy(machine, {
    apply: () => new machine(now()).toString(),
    construct: (_, parts, as) => Reflect.construct(machine, parts.length ? parts : [now()], as),
    get: (_, name) => own[name] ?? machine[name],
  });
}"""
# When these words were first on the screen, in milliseconds of the machine's clock.
APPEARS = """words => new Promise(resolve => {
  const look = () => {
    if (!document.body.innerText.includes(words)) return false;
    resolve(performance.timeOrigin + performance.now());
    return true;
  };
  if (look()) return;
  const observer = new MutationObserver(() => look() && observer.disconnect());
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, all);
})"""
MACHINE_NOW = "performance.timeOrigin + performance.now()"
