#![forbid(unsafe_code)]
fn main() {
    use solvet::package::*;
    for a in std::env::args().skip(1) {
        for l in locate(&[a]) {
            let l = match l { Ok(l)=>l, Err(e)=>{println!("ERR {e}"); continue} };
            for o in open(&l, &OpenOptions::default()) { match o {
                Opened::Package(p) => match solvet::parse::parse(&p) { Ok(s) => { println!("{} {} roots={} md={} comps={} flaws={} uncl={}", p.path(), s.solution.manifest.name(), s.solution.manifest.roots.len(), s.solution.manifest.missing_dependencies.len(), s.solution.components.len(), s.solution.flaws.len(), s.solution.unclaimed.len());
                    for f in &s.solution.flaws { println!("   FLAW {:?} {} {} {}", f.kind, f.subject, f.detail, s.sources.place(f.span)); }
                    for u in &s.solution.unclaimed { println!("   UNCL {} {}", u.what, s.sources.place(u.span)); } }, Err(e)=>println!("ERR {e}")},
                Opened::Failed(e)=>println!("FAIL {e}"), Opened::PassedOver(e)=>println!("PASS {e}") } }
        }
    }
}
