// Which elements are in view, or so near that they must be ready; those that nothing is known of yet are taken to be.

export function createSight(told, rootMargin = "0px") {
  const away = new WeakSet();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const {target, isIntersecting} of entries) {
        if (isIntersecting) away.delete(target);
        else away.add(target);
      }
      told();
    },
    {rootMargin},
  );
  return {
    watch(elements) {
      observer.disconnect();
      for (const element of elements) observer.observe(element);
    },
    has: (element) => !away.has(element),
  };
}
